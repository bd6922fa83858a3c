public import SettlementJournal

/// A ``JournalStorage`` on a ``SimulatedDisk``, as one process sees it: with the disk's faults, and dead when its node is.
public final class SimulatedStorage: JournalStorage, @unchecked Sendable {
    private let disk: SimulatedDisk
    private let node: SimulatedNode
    /// By descriptor, the file on the disk.
    private var open: [Int] = []

    init(disk: SimulatedDisk, node: SimulatedNode) {
        self.disk = disk
        self.node = node
    }

    /// Takes the directory, unless another node has it.
    public func lock() throws(StorageError) {
        try begin("flock", "LOCK")
        guard disk.lock(for: self) else {
            throw StorageError(
                operation: "flock",
                file: "LOCK",
                reason: .locked,
                message: "another simulated process has the journal"
            )
        }
    }

    /// Gives the directory back.
    public func unlock() { disk.unlock(for: self) }

    /// The names that this process sees, synced or not.
    public func list() throws(StorageError) -> [String] {
        try begin("readdir", ".")
        return disk.fileNames
    }

    /// Opens a file; a created one replaces that of the same name.
    public func open(_ name: String, _ mode: StorageMode) throws(StorageError) -> StorageFile {
        try begin("open", name)
        let file = mode == .create ? disk.createFile(name) : disk.file(named: name)
        guard let file else {
            throw StorageError(operation: "open", file: name, reason: .notFound, message: "no such file")
        }
        open.append(file)
        return StorageFile(descriptor: Int32(open.count - 1), name: name)
    }

    /// Bytes written, synced or not.
    public func size(of file: StorageFile) throws(StorageError) -> Int {
        try begin("fstat", file.name)
        return disk.withFile(index(of: file)) { $0.cached.count }
    }

    /// Takes space, unless ``DiskFaults/capacity`` is reached.
    public func allocate(_ file: StorageFile, bytes: Int) throws(StorageError) {
        try begin("fallocate", file.name)
        if let capacity = disk.faults.capacity, disk.usedBytes + bytes > capacity {
            disk.counters.errors += 1
            throw StorageError(operation: "fallocate", file: file.name, reason: .noSpace, message: "no space is left")
        }
        disk.withFile(index(of: file)) { $0.reserve(bytes) }
    }

    /// Writes to the cache; fails by ``DiskFaults/writeError``.
    public func write(_ bytes: RawSpan, to file: StorageFile, at offset: Int) throws(StorageError) {
        try begin("pwrite", file.name)
        let simulation = disk.simulation
        simulation.note(UInt64(offset))
        simulation.note(bytes)
        if simulation.happens(perMille: disk.faults.writeError) {
            // A system copies whole pages: what it has not copied begins at a boundary.
            let end = offset + Int(simulation.random(below: Int64(bytes.byteCount)))
            let part = end / DiskFile.sectorBytes * DiskFile.sectorBytes - offset
            if part > 0 { disk.withFile(index(of: file)) { $0.write(bytes.extracting(0..<part), at: offset) } }
            throw failure("pwrite", file)
        }
        disk.withFile(index(of: file)) { $0.write(bytes, at: offset) }
    }

    /// Reads from the cache; fails by ``DiskFaults/readError``.
    public func read(_ file: StorageFile, at offset: Int, into buffer: inout [UInt8]) throws(StorageError) -> Int {
        try begin("pread", file.name)
        if disk.simulation.happens(perMille: disk.faults.readError) { throw failure("pread", file) }
        return disk.withFile(index(of: file)) { content in
            let count = max(0, min(buffer.count, content.cached.count - offset))
            buffer.withUnsafeMutableBytes { target in
                content.cached.withUnsafeBytes { source in
                    target[0..<count].copyBytes(
                        from: source[min(offset, source.count)..<min(offset, source.count) + count]
                    )
                }
            }
            return count
        }
    }

    /// Makes what was written durable, or fails, lies or misses by ``DiskFaults``.
    public func synchronize(_ file: StorageFile) throws(StorageError) {
        try begin("fdatasync", file.name)
        let simulation = disk.simulation
        let faults = disk.faults
        if simulation.happens(perMille: faults.syncError) {
            disk.withFile(index(of: file)) { $0.loseUnsynced { simulation.happens(perMille: faults.survivingSectors) } }
            throw failure("fdatasync", file)
        }
        if simulation.happens(perMille: faults.lyingSync) {
            disk.counters.lies += 1
            return
        }
        disk.withFile(index(of: file)) { $0.synchronize() }
        if faults.misdirectedWrite > 0, simulation.random(below: 1_000_000) < faults.misdirectedWrite {
            misdirect(file)
        }
    }

    /// What a failed sync lost is no longer to be seen.
    public func forgetCache(of file: StorageFile) { disk.withFile(index(of: file)) { $0.forgetCache() } }

    /// Nothing to do.
    public func close(_ file: StorageFile) {}

    /// Renames in one step; durable with the next sync of the directory.
    public func rename(_ name: String, to newName: String) throws(StorageError) {
        try begin("rename", name)
        guard disk.rename(name, to: newName) else {
            throw StorageError(operation: "rename", file: name, reason: .notFound, message: "no such file")
        }
    }

    /// Removes a name; durable with the next sync of the directory.
    public func remove(_ name: String) throws(StorageError) {
        try begin("unlink", name)
        guard disk.remove(name) else {
            throw StorageError(operation: "unlink", file: name, reason: .notFound, message: "no such file")
        }
    }

    /// Makes all names durable.
    public func synchronizeDirectory() throws(StorageError) {
        try begin("fsync", ".")
        disk.synchronizeDirectory()
    }

    /// What ``DiskFaults/capacity`` leaves.
    public func freeBytes() throws(StorageError) -> Int {
        try begin("statvfs", ".")
        return disk.faults.capacity.map { max(0, $0 - disk.usedBytes) } ?? 1 << 40
    }

    private func index(of file: StorageFile) -> Int { open[Int(file.descriptor)] }

    /// Every call may be the last one of its process.
    private func begin(_ operation: String, _ file: String) throws(StorageError) {
        if node.isGone {
            throw StorageError(operation: operation, file: file, reason: .failed, message: "the process is dead")
        }
        disk.counters.calls += 1
        disk.onCall?(operation)
        if node.isGone {
            throw StorageError(operation: operation, file: file, reason: .failed, message: "the process died")
        }
    }

    private func failure(_ operation: String, _ file: StorageFile) -> StorageError {
        disk.counters.errors += 1
        return StorageError(operation: operation, file: file.name, reason: .failed, message: "input/output error")
    }

    private func misdirect(_ file: StorageFile) {
        let simulation = disk.simulation
        disk.withFile(index(of: file)) { content in
            let sectors = Int64(content.durable.count / DiskFile.sectorBytes)
            guard sectors > 1 else { return }
            let source = Int(simulation.random(below: sectors)) * DiskFile.sectorBytes
            let target = Int(simulation.random(below: sectors)) * DiskFile.sectorBytes
            content.copySector(at: source, to: target)
        }
        disk.counters.damages += 1
    }
}
