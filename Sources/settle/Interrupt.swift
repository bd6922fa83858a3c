import ArgumentParser
import Dispatch
import Foundation

/// Runs `body` and cancels it at the first Ctrl-C or request to terminate, so that it can end in order; the second one ends
/// the process at once.
///
/// - Parameter tell: shows a person what happens now.
func interruptible<Value: Sendable>(
    tell: @escaping @Sendable (String) -> Void = printError,
    _ body: @escaping @Sendable () async throws -> Value
) async throws -> Value {
    let work = Task { try await body() }
    let sources = [SIGINT, SIGTERM].map { number in
        signal(number, SIG_IGN)
        let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
        source.setEventHandler {
            if work.isCancelled { _exit(ExitCode.interrupted.rawValue) }
            work.cancel()
            tell("ending in order; once more to end at once")
        }
        source.resume()
        return source
    }
    defer {
        for source in sources { source.cancel() }
        for number in [SIGINT, SIGTERM] { signal(number, SIG_DFL) }
    }
    return try await work.value
}
