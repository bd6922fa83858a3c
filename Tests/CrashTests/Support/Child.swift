import Foundation

/// A process that a test has started and will see the end of.
final class Child {
    enum End: Equatable {
        case exited(Int32)
        case killed(by: Int32)
    }

    private let process = Process()
    private let output = Pipe()
    private let ended = DispatchSemaphore(value: 0)
    private let complaints: URL
    private var unread: [UInt8] = []

    /// - Parameters:
    ///   - input: what it finds on its standard input.
    ///   - scratch: where its standard error is kept.
    init(_ executable: URL, _ arguments: [String], input: String = "", scratch: URL) throws {
        complaints = scratch.appending(path: "stderr-\(UUID().uuidString)")
        let inputFile = scratch.appending(path: "stdin-\(UUID().uuidString)")
        try Data(input.utf8).write(to: inputFile)
        try Data().write(to: complaints)
        process.executableURL = executable
        process.arguments = arguments
        process.standardInput = try FileHandle(forReadingFrom: inputFile)
        process.standardOutput = output
        process.standardError = try FileHandle(forWritingTo: complaints)
        process.terminationHandler = { [ended] _ in ended.signal() }
        try process.run()
        try output.fileHandleForWriting.close()
    }

    var pid: Int32 { process.processIdentifier }

    /// The next line of its standard output; `nil` when it has ended. Blocks.
    func nextLine() -> String? {
        while true {
            if let newline = unread.firstIndex(of: 0x0a) {
                defer { unread.removeFirst(newline + 1) }
                return String(decoding: unread[..<newline], as: UTF8.self)
            }
            let more = output.fileHandleForReading.availableData
            if more.isEmpty { return nil }
            unread += more
        }
    }

    /// Reads its output to the end and waits for its end. Blocks.
    func finish(_ take: (String) throws -> Void) rethrows -> End {
        defer { try? output.fileHandleForReading.close() }
        while let line = nextLine() { try take(line) }
        ended.wait()
        return process.terminationReason == .exit
            ? .exited(process.terminationStatus) : .killed(by: process.terminationStatus)
    }

    /// Kills what this process has started (a tracer its writer) once its standard error satisfies `isOver`.
    ///
    /// Keep the returned timer for as long as that is wanted.
    func endTracee(when isOver: @escaping @Sendable (String) -> Bool) -> any DispatchSourceTimer {
        let timer = DispatchSource.makeTimerSource()
        let children = "/proc/\(pid)/task/\(pid)/children"
        let complaints = complaints
        timer.schedule(deadline: .now(), repeating: .milliseconds(100))
        timer.setEventHandler {
            guard let complaint = try? String(contentsOf: complaints, encoding: .utf8), isOver(complaint) else {
                return
            }
            let pids = (try? String(contentsOfFile: children, encoding: .utf8))?.split(separator: " ") ?? []
            for pid in pids.compactMap({ Int32($0) }) { kill(pid, SIGKILL) }
        }
        timer.resume()
        return timer
    }

    /// Waits for its end, whatever it says meanwhile. Blocks.
    func finish() -> End { finish { _ in } }

    /// Its standard error so far.
    var complaint: String { (try? String(contentsOf: complaints, encoding: .utf8)) ?? "" }
}

/// A directory of a test's own, removed at its end.
struct Scratch {
    let url: URL
    var journal: URL { url.appending(path: "journal") }

    /// Runs a test that blocks, away from the threads that all tests share.
    static func run(_ body: (Scratch) throws -> Void) async throws {
        try await withTaskExecutorPreference(BlockingExecutor()) { try await with(body) }
    }

    private static func with(_ body: (Scratch) throws -> Void) async throws {
        let url = FileManager.default.temporaryDirectory.appending(path: "settlement-crash-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: url) }
        try body(Scratch(url: url))
    }
}

/// A queue of its own for work that blocks.
private final class BlockingExecutor: TaskExecutor {
    private let queue = DispatchQueue(label: "crash-tests")

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}

/// How much is tried: a short version in every test run, the whole behind an environment variable.
enum Scale {
    static let isLong = ProcessInfo.processInfo.environment["SETTLEMENT_LONG_TESTS"] == "1"

    static func pick<Value>(short: Value, long: Value) -> Value { isLong ? long : short }
}
