internal import BasicContainers
internal import SettlementLedger
internal import Synchronization

/// Collects single calls into batches: one caller leads a batch into the shard, the others wait for their outcome.
///
/// Leading is handed from caller to caller, so no task is needed that would outlive its caller.
final class Mailbox: Sendable {
    /// What a waiting caller is woken with.
    enum Turn: Sendable {
        /// The caller leads a batch with its own request in it, which was submitted then.
        case lead(submittedAt: Int64)
        case settled(Outcome)
        case failed(SettlementError)
    }

    private struct State: ~Copyable {
        var leaders = 0
        /// The batch being filled.
        var filling = Requests()
        /// Batches in front of it that can take no more, oldest first.
        var full = UniqueArray<Requests>()
        /// Memory of requests that are answered.
        var spare = UniqueArray<Requests>()

        mutating func add(_ request: Request, from caller: UnsafeContinuation<Turn, Never>, limit: Int) {
            if filling.count == limit {
                var next = spare.popLast() ?? Requests()
                swap(&next, &filling)
                full.append(next)
            }
            filling.append(request, from: caller)
        }

        mutating func takeBatch() -> Requests {
            if !full.isEmpty { return full.remove(at: 0) }
            var taken = spare.popLast() ?? Requests()
            swap(&taken, &filling)
            return taken
        }

        /// Who has waited longest, where each has a batch of its own.
        mutating func takeFirstCaller() -> Requests.Arrival? {
            if full.isEmpty { return filling.count > 0 ? filling.removeLast() : nil }
            var batch = full.remove(at: 0)
            let caller = batch.removeLast()
            spare.append(batch)
            return caller
        }

        mutating func takeLastCaller() -> Requests.Arrival? {
            if filling.count > 0 { return filling.removeLast() }
            guard var batch = full.popLast() else { return nil }
            swap(&batch, &filling)
            return filling.removeLast()
        }
    }

    private let leadersMax: Int
    private let followersMax: Int
    private let admission: Admission
    private let state = Mutex(State())

    /// - Parameter batchMax: calls of a batch, the leader's among them.
    init(batchesInFlight: Int, batchMax: Int, admission: Admission) {
        precondition(batchesInFlight > 0, "single calls need room for one batch")
        precondition(batchMax > 0, "a batch has room for its leader")
        self.admission = admission
        leadersMax = batchesInFlight
        followersMax = batchMax - 1
    }

    /// The caller leads a batch with its own request in it, or waits for its turn or its answer.
    ///
    /// - Returns: whether `caller` leads at once; it is not kept then.
    /// - Throws: what the admission says; `caller` is not kept then.
    func add(_ request: Request, from caller: UnsafeContinuation<Turn, Never>) throws(SettlementError) -> Bool {
        try admission.enter(commands: 1)
        return state.withLock { state in
            if state.leaders < leadersMax {
                state.leaders += 1
                return true
            }
            state.add(request, from: caller, limit: max(1, followersMax))
            return false
        }
    }

    /// Those who have waited longest, as many as fit, join the batch of the leader who calls.
    func takeFollowers() -> Requests {
        state.withLock { state in followersMax == 0 ? Requests() : state.takeBatch() }
    }

    /// The leader's batch is answered: a waiting caller leads the next, if there is one.
    ///
    /// The last to come, because it is cheapest to take out: those that wait go with it or before it. Where nobody goes
    /// with it, the first.
    func finishLeading() {
        let next = state.withLock { state in
            let next = followersMax == 0 ? state.takeFirstCaller() : state.takeLastCaller()
            if next == nil { state.leaders -= 1 }
            return next
        }
        if let next { next.caller?.resume(returning: .lead(submittedAt: next.submittedAt)) }
    }

    /// Gives back the memory of requests that are answered.
    func recycle(_ answered: consuming Requests) {
        var requests = answered
        requests.clear()
        state.withLock { state in
            guard state.spare.count < leadersMax else { return }
            var spare = Requests()
            swap(&spare, &requests)
            state.spare.append(spare)
        }
    }
}
