internal import BasicContainers
internal import SettlementLedger

/// A single call on its way into a shard.
struct Request: Sendable {
    var command: Command
    /// Monotonic nanoseconds at which the caller asked.
    var submittedAt: Int64
    /// Monotonic nanoseconds at which the call was meant to be made.
    var intendedAt: Int64
}

/// Single calls as a shard takes them: the commands lie ready for the ledger, nothing is copied once more.
///
/// Arrays without a header of their own: what a caller changes under the mailbox's lock lies beside the lock.
struct Requests: ~Copyable, Sendable {
    /// What is known of a call beside its command.
    struct Arrival: Sendable {
        var submittedAt: Int64
        var intendedAt: Int64
        /// Who waits for the outcome; `nil`: the leader, who does not wait.
        var caller: UnsafeContinuation<Mailbox.Turn, Never>?
    }

    private(set) var commands = UniqueArray<Command>()
    private(set) var arrivals = UniqueArray<Arrival>()

    var count: Int { commands.count }

    mutating func append(_ request: Request, from caller: UnsafeContinuation<Mailbox.Turn, Never>?) {
        commands.append(request.command)
        arrivals.append(
            Arrival(submittedAt: request.submittedAt, intendedAt: request.intendedAt, caller: caller)
        )
    }

    /// Takes out the request that came last.
    mutating func removeLast() -> Arrival {
        commands.removeLast()
        return arrivals.removeLast()
    }

    /// Wakes everyone who waits. O(callers).
    ///
    /// Nobody has touched a waiting task's memory for a while: it is asked for while others are woken.
    func answer(_ outcomes: [Outcome]) {
        precondition(outcomes.count == count, "an outcome for each request")
        for index in arrivals.indices {
            prefetchCaller(after: index)
            arrivals[index].caller?.resume(returning: .settled(outcomes[index]))
        }
    }

    /// Wakes everyone who waits with the same error. O(callers).
    func answer(_ error: SettlementError) {
        for index in arrivals.indices { arrivals[index].caller?.resume(returning: .failed(error)) }
    }

    private func prefetchCaller(after index: Int) {
        if index + 8 < arrivals.count { arrivals[index + 8].caller?.prefetchTask() }
        if index + 4 < arrivals.count { arrivals[index + 4].caller?.prefetchFrame() }
    }

    /// Forgets everything but the memory.
    mutating func clear() {
        commands.removeAll(keepingCapacity: true)
        arrivals.removeAll(keepingCapacity: true)
    }
}
