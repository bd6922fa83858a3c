internal import DequeModule
internal import SettlementLedger
internal import Synchronization

/// A single call on its way into a shard.
struct Request: Sendable {
    var command: Command
    /// Monotonic nanoseconds at which the caller asked.
    var submittedAt: Int64
    /// Monotonic nanoseconds at which the call was meant to be made.
    var intendedAt: Int64
}

/// Collects single calls into batches: one caller leads a batch into the shard, the others wait for their outcome.
///
/// Leading is handed from caller to caller, so no task is needed that would outlive its caller.
final class Mailbox: Sendable {
    /// What a waiting caller is woken with.
    enum Turn: Sendable {
        case lead
        case answer(Submission)
    }

    struct Follower: Sendable {
        var request: Request
        var continuation: UnsafeContinuation<Turn, Never>
    }

    private struct State {
        var waiting = Deque<Follower>()
        var leaders = 0
    }

    private let leadersMax: Int
    private let state = Mutex(State())

    init(batchesInFlight: Int) {
        precondition(batchesInFlight > 0, "single calls need room for one batch")
        leadersMax = batchesInFlight
    }

    /// Suspends until the caller shall lead a batch (its own request in it), or another leader has its answer.
    func wait(with request: Request) async -> Turn {
        if becomeLeader() { return .lead }
        return await withUnsafeContinuation { continuation in
            let leads = state.withLock { state in
                if state.leaders < leadersMax {
                    state.leaders += 1
                    return true
                }
                state.waiting.append(Follower(request: request, continuation: continuation))
                return false
            }
            if leads { continuation.resume(returning: .lead) }
        }
    }

    /// Everyone who waits now, at most `limit`, joins the batch of the leader who calls.
    func takeFollowers(limit: Int) -> [Follower] {
        state.withLock { state in
            let count = min(limit, state.waiting.count)
            guard count > 0 else { return [] }
            let taken = Array(state.waiting.prefix(count))
            state.waiting.removeFirst(count)
            return taken
        }
    }

    /// The leader's batch is answered: the longest waiting caller leads the next, if there is one.
    func finishLeading() {
        let next = state.withLock { state in
            let next = state.waiting.popFirst()
            if next == nil { state.leaders -= 1 }
            return next
        }
        next?.continuation.resume(returning: .lead)
    }

    private func becomeLeader() -> Bool {
        state.withLock { state in
            guard state.leaders < leadersMax else { return false }
            state.leaders += 1
            return true
        }
    }
}
