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

    /// Requests as a shard takes them: the batch is ready, nothing is copied once more.
    struct Requests: Sendable {
        var batch = CommandBatch()
        var submittedAt: [Int64] = []
        /// Who waits for each; a leader, who comes last and does not wait, is not among them.
        var callers: [UnsafeContinuation<Turn, Never>] = []

        mutating func append(_ request: Request) {
            batch.commands.append(request.command)
            batch.intendedAt.append(request.intendedAt)
            submittedAt.append(request.submittedAt)
        }

        /// Takes out the request that came last.
        mutating func removeLast() {
            batch.commands.removeLast()
            batch.intendedAt.removeLast()
            submittedAt.removeLast()
        }

        /// Cuts off the first `count`.
        mutating func takeFirst(_ count: Int) -> Requests {
            var first = Requests()
            first.batch = CommandBatch(
                Array(batch.commands.prefix(count)),
                intendedAt: Array(batch.intendedAt.prefix(count))
            )
            first.submittedAt = Array(submittedAt.prefix(count))
            first.callers = Array(callers.prefix(count))
            batch.commands.removeFirst(count)
            batch.intendedAt.removeFirst(count)
            submittedAt.removeFirst(count)
            callers.removeFirst(count)
            return first
        }

        /// Forgets everything but the memory.
        mutating func clear() {
            batch.commands.removeAll(keepingCapacity: true)
            batch.intendedAt.removeAll(keepingCapacity: true)
            submittedAt.removeAll(keepingCapacity: true)
            callers.removeAll(keepingCapacity: true)
        }
    }

    private struct State {
        var waiting = Requests()
        var leaders = 0
        /// Memory of requests that are answered.
        var spare: [Requests] = []
    }

    private let leadersMax: Int
    private let state = Mutex(State())

    init(batchesInFlight: Int) {
        precondition(batchesInFlight > 0, "single calls need room for one batch")
        leadersMax = batchesInFlight
    }

    /// Suspends until the caller shall lead a batch (its own request in it), or another leader has its answer.
    func wait(with request: Request) async -> Turn {
        await withUnsafeContinuation { continuation in
            let leads = state.withLock { state in
                if state.leaders < leadersMax {
                    state.leaders += 1
                    return true
                }
                state.waiting.append(request)
                state.waiting.callers.append(continuation)
                return false
            }
            if leads { continuation.resume(returning: .lead) }
        }
    }

    /// Everyone who waits now, at most `limit`, joins the batch of the leader who calls.
    func takeFollowers(limit: Int) -> Requests {
        state.withLock { state in
            if state.waiting.callers.count > limit { return state.waiting.takeFirst(limit) }
            var taken = state.spare.popLast() ?? Requests()
            swap(&taken, &state.waiting)
            return taken
        }
    }

    /// Gives back the memory of requests that are answered.
    func recycle(_ answered: consuming Requests) {
        var requests = answered
        requests.clear()
        state.withLock { if $0.spare.count < leadersMax { $0.spare.append(requests) } }
    }

    /// The leader's batch is answered: a waiting caller leads the next, if there is one.
    ///
    /// The last to come, because it is cheapest to take out: all that wait go with it.
    func finishLeading() {
        let next = state.withLock { state in
            guard let next = state.waiting.callers.popLast() else {
                state.leaders -= 1
                return nil as UnsafeContinuation<Turn, Never>?
            }
            state.waiting.removeLast()
            return next
        }
        next?.resume(returning: .lead)
    }
}
