import Dispatch
import Foundation
import Testing

/// The tool beside the test bundle, run in a directory of its own.
struct Tool {
    /// What a shell sees of a process that has ended.
    struct Outcome {
        var code: Int32
        var output: String
        var errors: String
    }

    let folder: URL

    /// Runs a test that blocks, away from the threads that all tests share.
    static func with(_ body: (Tool) throws -> Void) async throws {
        try await withTaskExecutorPreference(BlockingExecutor()) { try await use(body) }
    }

    private static func use(_ body: (Tool) throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "settlement-tool-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try body(Tool(folder: folder))
    }

    /// Writes a file for the tool to read and returns its path.
    func file(_ name: String, _ text: String) throws -> String {
        let url = folder.appending(path: name)
        try Data(text.utf8).write(to: url)
        return url.path
    }

    func path(_ name: String) -> String { folder.appending(path: name).path }

    /// What the tool has put beside the files of the test.
    func temporaryJournals() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasPrefix("settle-") }
    }

    /// Runs it to its end. Blocks.
    func run(_ arguments: String...) throws -> Outcome { try run(arguments) }

    func run(_ arguments: [String]) throws -> Outcome {
        let running = try RunningTool(Self.executable(), arguments, in: folder)
        return running.finish()
    }

    func start(_ arguments: String...) throws -> RunningTool {
        try RunningTool(Self.executable(), arguments, in: folder)
    }

    private static func executable() throws -> URL {
        let bundle = Bundle.allBundles.first { $0.bundlePath.hasSuffix(".xctest") }?.bundleURL
        let places = [bundle, Bundle.main.bundleURL, Bundle.main.executableURL].compactMap { $0 }
        let folders = places.flatMap { [$0, $0.deletingLastPathComponent()] }
        let found = folders.map { $0.appending(path: "settle") }.first {
            var isFolder: ObjCBool = false
            return FileManager.default.fileExists(atPath: $0.path, isDirectory: &isFolder) && !isFolder.boolValue
        }
        return try #require(found, "the tool is not beside the tests")
    }
}

/// A process of the tool whose standard error is read line by line.
final class RunningTool {
    private let process = Process()
    private let errorPipe = Pipe()
    private let ended = DispatchSemaphore(value: 0)
    private let output: URL
    private var unread: [UInt8] = []
    private var errors = ""

    init(_ executable: URL, _ arguments: [String], in folder: URL) throws {
        output = folder.appending(path: "stdout-\(UUID().uuidString)")
        try Data().write(to: output)
        process.executableURL = executable
        process.arguments = arguments
        process.currentDirectoryURL = folder
        process.environment = ["TMPDIR": folder.path, "PATH": "/usr/bin:/bin"]
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = try FileHandle(forWritingTo: output)
        process.standardError = errorPipe
        process.terminationHandler = { [ended] _ in ended.signal() }
        try process.run()
        try errorPipe.fileHandleForWriting.close()
    }

    func send(_ signal: Int32) { kill(process.processIdentifier, signal) }

    /// Reads its standard error up to a line that contains `text`. Blocks.
    /// - Returns: whether there was one before its end.
    func waitForLine(_ text: String) -> Bool {
        while let line = nextErrorLine() {
            if line.contains(text) { return true }
        }
        return false
    }

    /// Waits for its end. Blocks.
    func finish() -> Tool.Outcome {
        while nextErrorLine() != nil {}
        ended.wait()
        let text = (try? String(contentsOf: output, encoding: .utf8)) ?? ""
        let code = process.terminationReason == .exit ? process.terminationStatus : -process.terminationStatus
        return Tool.Outcome(code: code, output: text, errors: errors)
    }

    private func nextErrorLine() -> String? {
        while true {
            if let newline = unread.firstIndex(of: UInt8(ascii: "\n")) {
                let line = String(decoding: unread[..<newline], as: UTF8.self)
                unread.removeFirst(newline + 1)
                errors += line + "\n"
                return line
            }
            let more = errorPipe.fileHandleForReading.availableData
            if more.isEmpty { return nil }
            unread += more
        }
    }
}

/// A queue of its own for work that blocks.
private final class BlockingExecutor: TaskExecutor {
    private let queue = DispatchQueue(label: "settle-tests")

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}
