internal import Synchronization

/// Tells one waiting task to look at its state again. Set twice before the wait is the same as once.
///
/// The waiter must look after every return: a wake-up says *perhaps*, never *what*.
package final class WakeSignal: Sendable {
    /// Can transition to: idle → set, waiting. set → idle. waiting → idle.
    private enum State {
        case idle
        case set
        case waiting(CheckedContinuation<Void, Never>)
    }

    private let state = Mutex(State.idle)

    package init() {}

    /// Wakes the waiter, or lets the next wait return at once.
    package func set() {
        wake(leaving: .set)
    }

    /// Suspends until the signal is set.
    /// - Throws: `CancellationError` when the task is cancelled.
    package func wait() async throws(CancellationError) {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let mayReturn = state.withLock { state in
                    // A cancellation before this point found no continuation to resume.
                    if Task.isCancelled { return true }
                    switch state {
                    case .set:
                        state = .idle
                        return true
                    case .idle:
                        state = .waiting(continuation)
                        return false
                    case .waiting:
                        preconditionFailure("two tasks wait for one signal: a subscription or loop has one reader")
                    }
                }
                if mayReturn { continuation.resume() }
            }
        } onCancel: {
            wake(leaving: .idle)
        }
        if Task.isCancelled { throw CancellationError() }
    }

    /// Suspends until the signal is set or the clock shows `deadline`; `nil`: no deadline.
    /// - Throws: `CancellationError` when the task is cancelled.
    package func wait(until deadline: Int64?, clock: any SettlementClock) async throws(CancellationError) {
        guard let deadline else { return try await wait() }
        if deadline <= clock.monotonicNanoseconds { return }
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                try? await clock.sleep(untilMonotonic: deadline)
                if !Task.isCancelled { self.set() }
            }
            try? await self.wait()
            group.cancelAll()
        }
        if Task.isCancelled { throw CancellationError() }
    }

    private func wake(leaving rest: State) {
        let waiter: CheckedContinuation<Void, Never>? = state.withLock { state in
            switch state {
            case .waiting(let continuation):
                state = .idle
                return continuation
            case .idle:
                state = rest
                return nil
            case .set:
                return nil
            }
        }
        waiter?.resume()
    }
}
