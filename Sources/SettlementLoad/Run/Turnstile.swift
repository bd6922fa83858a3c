internal import DequeModule
internal import Synchronization

/// Lets one task through at a time, first come, first served.
final class Turnstile: Sendable {
    private struct State {
        var isTaken = false
        var waiting = Deque<UnsafeContinuation<Void, Never>>()
    }

    private let state = Mutex(State())

    /// Suspends until everybody who came before has left.
    func enter() async {
        await withUnsafeContinuation { continuation in
            let isFree = state.withLock { state in
                if state.isTaken {
                    state.waiting.append(continuation)
                    return false
                }
                state.isTaken = true
                return true
            }
            if isFree { continuation.resume() }
        }
    }

    /// Lets the next one enter.
    func leave() {
        let next = state.withLock { state in
            let next = state.waiting.popFirst()
            state.isTaken = next != nil
            return next
        }
        next?.resume()
    }
}
