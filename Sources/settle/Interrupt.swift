import ArgumentParser
import Dispatch
import Foundation
import SettlementLoad
import Synchronization

/// Runs `body` and cancels it at the first Ctrl-C, hang-up or request to terminate, so that it can end in order; the second
/// one ends the process at once. What reads the output may go away meanwhile.
///
/// A request that comes between two runs ends the next one at its beginning.
/// - Parameter tell: shows a person what happens now.
func interruptible<Value: Sendable>(
    tell: @escaping @Sendable (String) -> Void = printError,
    _ body: @escaping @Sendable () async throws -> Value
) async throws -> Value {
    let work = Task { try await body() }
    Interrupts.ofProcess.watch(tell: tell) { work.cancel() }
    defer { Interrupts.ofProcess.watch(tell: tell, cancel: nil) }
    return try await work.value
}

/// The requests to end that the process gets. Signals are caught once for all runs: sources that are made anew for each run
/// take the signals from each other.
private final class Interrupts: Sendable {
    static let ofProcess = Interrupts()

    private struct State {
        var cancel: (@Sendable () -> Void)?
        var tell: @Sendable (String) -> Void = printError
        var isAsked = false
    }

    private let state = Mutex(State())
    /// Only kept: nobody touches them once they are resumed.
    private nonisolated(unsafe) let sources: [any DispatchSourceSignal]

    private init() {
        signal(SIGPIPE, SIG_IGN)
        let hangUp = signal(SIGHUP, SIG_IGN)
        // Under nohup a hang-up is nothing to end for.
        let isDeaf = unsafeBitCast(hangUp, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
        // One after the other, so that of two requests one is the second.
        let queue = DispatchQueue(label: "interrupt")
        sources = ([SIGINT, SIGTERM] + (isDeaf ? [] : [SIGHUP])).map { number in
            signal(number, SIG_IGN)
            return DispatchSource.makeSignalSource(signal: number, queue: queue)
        }
        for source in sources {
            source.setEventHandler { [self] in end() }
            source.resume()
        }
    }

    /// Whom the first request ends; `nil`: nobody at present.
    func watch(tell: @escaping @Sendable (String) -> Void, cancel: (@Sendable () -> Void)?) {
        let isAsked = state.withLock { state in
            state.cancel = cancel
            state.tell = tell
            return state.isAsked
        }
        if isAsked { cancel?() }
    }

    private func end() {
        let (isSecond, tell, cancel) = state.withLock { state in
            defer { state.isAsked = true }
            return (state.isAsked, state.tell, state.cancel)
        }
        if isSecond {
            TemporaryJournals.removeOwn()
            _exit(ExitCode.interrupted.rawValue)
        }
        cancel?()
        tell("ending in order; once more to end at once")
    }
}
