public import SettlementLedger

/// Commands that cross into the shards together.
public struct CommandBatch: Sendable {
    /// In the order in which commands of one account are applied.
    public var commands: [Command]
    /// Monotonic nanoseconds at which each command was meant to arrive: one for each command, or empty if unknown.
    /// Latencies to the start of instances are taken from here, so that a slow system cannot hide its queue.
    public var intendedAt: [Int64]

    /// - Precondition: `intendedAt` is empty or as long as `commands`.
    public init(_ commands: [Command] = [], intendedAt: [Int64] = []) {
        precondition(intendedAt.isEmpty || intendedAt.count == commands.count, "one intended time for each command")
        self.commands = commands
        self.intendedAt = intendedAt
    }

    func intended(at position: Int) -> Int64? { intendedAt.isEmpty ? nil : intendedAt[position] }
}

/// What became of one command of a batch.
public enum Submission: Sendable {
    /// Decided, and on disk if it changed anything.
    case settled(Outcome)
    /// Not taken, or its outcome is unknown; see ``SettlementError/code``.
    case failed(SettlementError)

    /// The outcome, if there is one.
    public var outcome: Outcome? {
        if case .settled(let outcome) = self { outcome } else { nil }
    }
}
