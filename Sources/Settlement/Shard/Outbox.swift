internal import DequeModule
internal import SettlementLedger

/// Notifications of one shard on their way to the bus, in the order of their sequence.
///
/// A notification is staged with its batch and released when the batch is durable; batches become durable in order,
/// so whatever is not later than a durable sequence may go.
struct Outbox: Sendable {
    private var staged = Deque<Notification>()
    private var released: [Notification] = []

    mutating func stage(_ notification: Notification) { staged.append(notification) }

    /// Everything up to `sequence` is durable since `monotonicNanoseconds`.
    mutating func release(through sequence: UInt64, at monotonicNanoseconds: Int64) {
        while var next = staged.first, next.sequence <= sequence {
            next.durableAtMonotonic = monotonicNanoseconds
            released.append(next)
            staged.removeFirst()
        }
    }

    /// What may go to the bus now; `nil` when there is nothing.
    mutating func takeReleased() -> [Notification]? {
        guard !released.isEmpty else { return nil }
        defer { released = [] }
        return released
    }
}
