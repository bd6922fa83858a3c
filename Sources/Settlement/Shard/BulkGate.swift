internal import DequeModule
internal import Synchronization

/// Lets a bounded number of bulk chunks into a shard, first come, first served.
///
/// This bound is the lane: priorities are not, since whoever awaits a bulk run with a high priority raises it.
final class BulkGate: Sendable {
    private struct State {
        var free: Int
        var waiting = Deque<UnsafeContinuation<Void, Never>>()
    }

    private let state: Mutex<State>

    init(chunksInFlight: Int) {
        precondition(chunksInFlight > 0, "the bulk lane needs room for one chunk")
        state = Mutex(State(free: chunksInFlight))
    }

    func enter() async {
        await withUnsafeContinuation { continuation in
            let isFree = state.withLock { state in
                if state.free > 0 {
                    state.free -= 1
                    return true
                }
                state.waiting.append(continuation)
                return false
            }
            if isFree { continuation.resume() }
        }
    }

    func leave() {
        let next = state.withLock { state in
            let next = state.waiting.popFirst()
            if next == nil { state.free += 1 }
            return next
        }
        next?.resume()
    }
}
