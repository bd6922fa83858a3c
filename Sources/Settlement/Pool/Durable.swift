internal import SettlementJournal

/// A value that could only be obtained by waiting for its batch to be on disk.
///
/// Only ``Staged/durable(in:)`` makes one, so an outcome cannot be told before it is durable.
public struct Durable<Value: Sendable>: Sendable {
    /// What is now durable.
    public let value: Value

    fileprivate init(value: Value) { self.value = value }
}

/// A value whose batch was handed to the journal and may not be looked at yet.
struct Staged<Value: Sendable>: ~Copyable, Sendable {
    private let value: Value
    private let ticket: JournalTicket?

    /// - Parameter ticket: the journal's promise; `nil` when everything the value rests on is durable already.
    init(_ value: Value, ticket: JournalTicket?) {
        self.value = value
        self.ticket = ticket
    }

    /// Waits for the disk and gives the value out.
    consuming func durable(in journal: any Journal) async throws(JournalFailure) -> Durable<Value> {
        if let ticket { try await journal.durable(ticket) }
        return Durable(value: value)
    }
}
