import Dispatch
import Foundation

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
