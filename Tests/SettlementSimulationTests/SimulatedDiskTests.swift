import SettlementJournal
import Testing

@testable import SettlementTestKit

@Suite struct SimulatedDiskTests {
    private let simulation = Simulation(seed: 5)

    private func disk(keeping survivors: Int = 0) -> SimulatedDisk {
        let disk = SimulatedDisk(simulation: simulation)
        disk.faults.survivingSectors = survivors
        return disk
    }

    private func storage(_ disk: SimulatedDisk) -> SimulatedStorage { disk.storage(for: simulation.makeNode("node")) }

    private func contents(_ storage: SimulatedStorage, _ name: String) throws -> [UInt8] {
        let file = try storage.open(name, .read)
        var bytes = [UInt8](repeating: 9, count: try storage.size(of: file))
        _ = try storage.read(file, at: 0, into: &bytes)
        return bytes
    }

    /// A file of four sectors that is safe.
    private func written(_ storage: SimulatedStorage, _ byte: UInt8) throws -> StorageFile {
        let file = try storage.open("log", .create)
        try storage.write([UInt8](repeating: byte, count: 2_048).span.bytes, to: file, at: 0)
        try storage.synchronize(file)
        try storage.synchronizeDirectory()
        return file
    }

    @Test func `only what was synced survives a power failure`() throws {
        let disk = disk()
        let before = storage(disk)
        let file = try written(before, 1)
        try before.write([UInt8](repeating: 2, count: 1_024).span.bytes, to: file, at: 512)
        #expect(try contents(before, "log")[512] == 2)
        disk.losePower()
        #expect(try contents(storage(disk), "log") == [UInt8](repeating: 1, count: 2_048))
    }

    @Test func `what survives without a sync survives by sectors`() throws {
        let disk = disk(keeping: 500)
        let before = storage(disk)
        let file = try written(before, 1)
        try before.write([UInt8](repeating: 2, count: 2_048).span.bytes, to: file, at: 0)
        disk.losePower()
        let after = try contents(storage(disk), "log")
        for sector in 0..<4 { #expect(Set(after[sector * 512..<(sector + 1) * 512]).count == 1) }
        #expect(Set(after) == [1, 2])
    }

    @Test func `the end of a process loses nothing that was written`() throws {
        let disk = disk()
        let before = storage(disk)
        let file = try written(before, 1)
        try before.write([2], to: file)
        disk.releaseLock()
        #expect(try contents(storage(disk), "log")[0] == 2)
    }

    @Test func `a name that was not synced may be lost`() throws {
        var lost = 0
        for _ in 0..<20 {
            let disk = disk()
            let before = storage(disk)
            _ = try before.open("log", .create)
            disk.losePower()
            if try storage(disk).list().isEmpty { lost += 1 }
        }
        #expect((1..<20).contains(lost))
    }

    @Test func `a failed sync loses what it should have saved although reads still show it`() throws {
        let disk = disk()
        let before = storage(disk)
        let file = try written(before, 1)
        try before.write([2], to: file)
        disk.faults.syncError = 1_000
        #expect(throws: StorageError.self) { try before.synchronize(file) }
        disk.faults.syncError = 0
        #expect(try contents(before, "log")[0] == 2)
        try before.synchronize(file)
        before.forgetCache(of: file)
        #expect(try contents(before, "log")[0] == 1)
    }

    @Test func `one process has the directory until it is gone`() throws {
        let disk = disk()
        let node = simulation.makeNode("first")
        let first = disk.storage(for: node)
        try first.lock()
        #expect(throws: StorageError.self) { try storage(disk).lock() }
        node.kill()
        disk.releaseLock()
        #expect(throws: StorageError.self) { _ = try first.list() }
        try storage(disk).lock()
    }

    @Test func `a full disk gives no space`() throws {
        let disk = disk()
        let storage = storage(disk)
        let file = try storage.open("log", .create)
        disk.faults.capacity = 1_000
        let error = #expect(throws: StorageError.self) { try storage.allocate(file, bytes: 2_000) }
        #expect(error?.reason == .noSpace)
        #expect(try storage.freeBytes() == 1_000)
    }
}

extension SimulatedStorage {
    fileprivate func write(_ bytes: [UInt8], to file: StorageFile) throws {
        try write(bytes.span.bytes, to: file, at: 0)
    }
}
