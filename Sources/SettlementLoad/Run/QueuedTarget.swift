internal import Settlement

/// A pool as it is without lanes and events: all of billing is one queue, and compute is told at once only of what was
/// written off by hand.
struct QueuedTarget: LoadTarget {
    let target: any LoadTarget
    /// `nil`: payments overtake the month end.
    let queue: Turnstile?
    /// `nil`: compute is always told at once.
    let poll: NotificationPoll?

    var now: Timestamp { target.now }

    func submit(_ batch: CommandBatch) async -> [Submission] {
        await queue?.enter()
        defer { queue?.leave() }
        return await target.submit(batch)
    }

    func writeOffOneBill(of account: AccountID, draw: UInt64) async -> Submission? {
        let submission = await target.writeOffOneBill(of: account, draw: draw)
        await poll?.expedite(account)
        return submission
    }

    func read(_ account: AccountID) async throws(SettlementError) { try await target.read(account) }

    func pressStart(of account: AccountID) async throws(SettlementError) { try await target.pressStart(of: account) }
}
