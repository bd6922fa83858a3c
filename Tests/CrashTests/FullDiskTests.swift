import Foundation
import Testing

extension CrashTests {
    /// A file system of a few MiB in memory that fills up.
    @Suite(.enabled(if: SmallDisk.isAvailable, SmallDisk.missing)) struct FullDiskTests {
        private static let lowWater = ["--low-water-bytes", "262144"]

        @Test(.timeLimit(.minutes(5))) func workIsRefusedBeforeTheDiskIsFullAndGoesOnWhenSpaceReturns() async throws {
            try await Scratch.run { scratch in
                try SmallDisk.with(mebibytes: 4, at: scratch.journal) { disk in
                    let writer = Writer(scratch, settings: Self.lowWater)
                    var book = AcknowledgementBook()
                    try disk.fill(leaving: 1 << 20)
                    let child = try writer.work(book)
                    var rounds = 0
                    while rounds < 2, let line = child.nextLine() {
                        try book.take(line)
                        // Says so only after the books were read and found in balance.
                        guard line.hasSuffix("diskFull") else { continue }
                        #expect(try disk.freeBytes() > 0)
                        rounds += 1
                        try disk.empty()
                        var news = 0
                        while news < 200, let line = child.nextLine() {
                            if try book.take(line) { news += 1 }
                        }
                        #expect(news == 200, "work goes on by itself: \(child.complaint)")
                        try disk.fill(leaving: 1 << 20)
                    }
                    kill(child.pid, SIGKILL)
                    #expect(try child.finish { try book.take($0) } == .killed(by: SIGKILL), "\(child.complaint)")
                    #expect(rounds == 2)
                    #expect(child.complaint.contains("the disk is nearly full"))
                    #expect(child.complaint.contains("space has returned"))
                    try disk.empty()
                    try writer.check(book)
                }
            }
        }

        /// Without a low-water mark the disk is full to the last byte: of log, spare segment and snapshots. Nobody waits
        /// for an answer even then, and what was read is in balance.
        @Test(.timeLimit(.minutes(5))) func aDiskFullToTheLastByteLosesNothing() async throws {
            try await Scratch.run { scratch in
                try SmallDisk.with(mebibytes: 4, at: scratch.journal) { disk in
                    let writer = Writer(scratch)
                    var book = AcknowledgementBook()
                    let child = try writer.work(book, ["--snapshot-every", "20"])
                    var isFilled = false
                    var refused: Set<Int> = []
                    while refused.count < Writer.workers, let line = child.nextLine() {
                        try book.take(line)
                        if book.count >= 300, !isFilled {
                            try disk.fill(leaving: 0)
                            isFilled = true
                        }
                        if let worker = Writer.refusedWorker(line) { refused.insert(worker) }
                    }
                    #expect(isFilled)
                    #expect(refused.count == Writer.workers)
                    kill(child.pid, SIGKILL)
                    #expect(try child.finish { try book.take($0) } == .killed(by: SIGKILL), "\(child.complaint)")

                    let blocked = try writer.work(book)
                    let end = blocked.finish { line in
                        if line.hasPrefix("refused") { kill(blocked.pid, SIGKILL) }
                    }
                    #expect(end != .exited(0))
                    #expect(blocked.complaint.contains("space") || blocked.complaint.contains("No space"))
                    try disk.empty()
                    try writer.check(book)
                }
            }
        }
    }
}

/// A file system in memory of a given size.
struct SmallDisk {
    let directory: URL
    private var ballast: URL { directory.appending(path: "ballast") }

    static let missing: Comment = "needs root and the right to mount: run it as `sudo swift test --filter FullDisk`"

    /// Whether this process may mount.
    static let isAvailable: Bool = {
        let probe = FileManager.default.temporaryDirectory.appending(path: "settlement-mount-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: probe) }
        return (try? with(mebibytes: 1, at: probe) { _ in }) != nil
    }()

    static func with(mebibytes: Int, at directory: URL, _ body: (SmallDisk) throws -> Void) throws {
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        try command("mount", ["-t", "tmpfs", "-o", "size=\(mebibytes)m", "tmpfs", directory.path])
        defer { try? command("umount", [directory.path]) }
        try body(SmallDisk(directory: directory))
    }

    /// Takes the space but for so many bytes.
    func fill(leaving bytes: Int) throws {
        try empty()
        try Data().write(to: ballast)
        let file = try FileHandle(forWritingTo: ballast)
        defer { try? file.close() }
        let page = Data(count: 4_096)
        while try freeBytes() > bytes {
            do { try file.write(contentsOf: page) } catch { return }
        }
    }

    /// Gives the space back.
    func empty() throws {
        if FileManager.default.fileExists(atPath: ballast.path) { try FileManager.default.removeItem(at: ballast) }
    }

    func freeBytes() throws -> Int {
        let attributes = try FileManager.default.attributesOfFileSystem(forPath: directory.path)
        return try #require(attributes[.systemFreeSize] as? NSNumber).intValue
    }

    private struct Refused: Error {}

    private static func command(_ name: String, _ arguments: [String]) throws {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [name] + arguments
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        if process.terminationStatus != 0 { throw Refused() }
    }
}
