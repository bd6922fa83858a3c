import ArgumentParser
import Dispatch
import Foundation
import SettlementLoad

/// Runs `body` and cancels it at the first Ctrl-C, hang-up or request to terminate, so that it can end in order; the second
/// one ends the process at once. What reads the output may go away meanwhile.
///
/// - Parameter tell: shows a person what happens now.
func interruptible<Value: Sendable>(
    tell: @escaping @Sendable (String) -> Void = printError,
    _ body: @escaping @Sendable () async throws -> Value
) async throws -> Value {
    let work = Task { try await body() }
    let piped = signal(SIGPIPE, SIG_IGN)
    let hangUp = signal(SIGHUP, SIG_IGN)
    // Under nohup a hang-up is nothing to end for.
    let isDeaf = unsafeBitCast(hangUp, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
    // One after the other, so that of two requests one is the second.
    let queue = DispatchQueue(label: "interrupt")
    let numbers = [SIGINT, SIGTERM] + (isDeaf ? [] : [SIGHUP])
    let sources = numbers.map { number in
        signal(number, SIG_IGN)
        let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
        source.setEventHandler {
            if work.isCancelled {
                TemporaryJournals.removeOwn()
                _exit(ExitCode.interrupted.rawValue)
            }
            work.cancel()
            tell("ending in order; once more to end at once")
        }
        source.resume()
        return source
    }
    defer {
        for source in sources { source.cancel() }
        for number in [SIGINT, SIGTERM] { signal(number, SIG_DFL) }
        signal(SIGHUP, hangUp)
        signal(SIGPIPE, piped)
    }
    return try await work.value
}
