internal import DequeModule
internal import SettlementLedger

/// Notifications of one shard on their way to the bus, in the order of their sequence.
///
/// A notification is staged with its batch and released when the batch is durable; batches become durable in order,
/// so whatever is not later than a durable sequence may go.
struct Outbox: Sendable {
    /// Released notifications and the sequence of the one before them.
    struct Batch: Sendable {
        var notifications: [Notification]
        var previous: UInt64
    }

    private var staged = Deque<Notification>()
    private var released: [Notification] = []
    /// Sequence of the last notification taken; at first, where the journal ended at recovery.
    private var lastTaken: UInt64

    init(head: UInt64) { lastTaken = head }

    mutating func stage(_ notification: Notification) { staged.append(notification) }

    /// Everything up to `sequence` is durable since `monotonicNanoseconds`.
    mutating func release(through sequence: UInt64, at monotonicNanoseconds: Int64) {
        while var next = staged.first, next.sequence <= sequence {
            next.durableAtMonotonic = monotonicNanoseconds
            released.append(next)
            staged.removeFirst()
        }
    }

    /// Whether the standing of one of these accounts has changed and the change is not released yet. O(staged).
    func holdsBack(anyOf accounts: [AccountID]) -> Bool {
        guard !staged.isEmpty else { return false }
        let wanted = Set(accounts)
        return staged.contains { wanted.contains($0.account) }
    }

    /// What may go to the bus now; `nil` when there is nothing.
    mutating func takeReleased() -> Batch? {
        guard let last = released.last else { return nil }
        let batch = Batch(notifications: released, previous: lastTaken)
        released = []
        lastTaken = last.sequence
        return batch
    }
}
