internal import SettlementJournal
internal import SettlementLedger

/// A batch between the ledger and the disk.
struct StagedBatch<Value: Sendable>: ~Copyable, Sendable {
    private let value: Staged<Value>
    let sequence: UInt64
    let appliedAt: Int64
    let count: Int
    let lane: Lane

    init(value: consuming Staged<Value>, sequence: UInt64, appliedAt: Int64, count: Int, lane: Lane) {
        self.value = value
        self.sequence = sequence
        self.appliedAt = appliedAt
        self.count = count
        self.lane = lane
    }

    consuming func intoStaged() -> Staged<Value> { value }
}

extension Span<Command> {
    /// Where the command stands that caused a change of standing: the first of its account with that epoch.
    func position(of notification: Notification, outcomes: [Outcome], from start: Int) -> Int {
        var position = start
        while position < outcomes.count {
            let outcome = outcomes[position]
            if outcome.standingChanged, self[position].account == notification.account,
                outcome.standing.epoch == notification.standing.epoch
            {
                return position
            }
            position += 1
        }
        return 0
    }
}
