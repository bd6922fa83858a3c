import Dispatch
import Foundation

/// Runs `body` and cancels it at the first Ctrl-C, so that it can end in order; a second Ctrl-C ends the process at once.
func interruptible<Value: Sendable>(_ body: @escaping @Sendable () async throws -> Value) async throws -> Value {
    signal(SIGINT, SIG_IGN)
    let work = Task { try await body() }
    let source = DispatchSource.makeSignalSource(signal: SIGINT, queue: .global())
    source.setEventHandler {
        if work.isCancelled { _exit(105) }
        printError("\nending in order; once more to end at once")
        work.cancel()
    }
    source.resume()
    defer {
        source.cancel()
        signal(SIGINT, SIG_DFL)
    }
    return try await work.value
}
