public import SettlementJournal

/// A journal in a simulation: callers can overtake each other at each of its calls, and a listener sees every stage.
///
/// The journal inside is the real one, on a ``SimulatedStorage`` with ``SimulatedWorkers``.
public final class SimulatedJournal: Journal {
    /// Told of cells after they were staged: the shard, the sequence before them, and the cells.
    public typealias StageListener = @Sendable (_ shard: Int, _ sequence: UInt64, _ cells: RawSpan) -> Void

    private let journal: any Journal
    private let simulation: Simulation
    private let onStage: StageListener

    /// Wraps a journal.
    public init(
        _ journal: any Journal,
        in simulation: Simulation,
        onStage: @escaping StageListener = { _, _, _ in }
    ) {
        self.journal = journal
        self.simulation = simulation
        self.onStage = onStage
    }

    /// Stages, and tells the listener.
    public func stage(_ cells: RawSpan, shard: Int, after sequence: UInt64) throws(JournalFailure) -> JournalTicket {
        let ticket = try journal.stage(cells, shard: shard, after: sequence)
        onStage(shard, sequence, cells)
        return ticket
    }

    /// Waits for the disk, with a point before and behind it.
    public func durable(_ ticket: JournalTicket) async throws(JournalFailure) {
        await simulation.point()
        try await journal.durable(ticket)
        await simulation.point()
    }

    /// What the journal inside says.
    public func isDurable(_ ticket: JournalTicket) -> Bool { journal.isDurable(ticket) }

    /// What the journal inside says.
    public func durableSequence(shard: Int) -> UInt64 { journal.durableSequence(shard: shard) }

    /// What the journal inside says.
    public func stagedSequence(shard: Int) -> UInt64 { journal.stagedSequence(shard: shard) }

    /// What the journal inside says.
    public var stagedBytes: Int { journal.stagedBytes }

    /// What the journal inside says.
    public var stageBytesMax: Int { journal.stageBytesMax }

    /// What the journal inside says.
    public func checkAdmission() throws(JournalFailure) { try journal.checkAdmission() }

    /// Reads behind a point.
    public func read(shard: Int, after sequence: UInt64, maxBytes: Int) async throws(JournalFailure) -> JournalSlice {
        await simulation.point()
        return try await journal.read(shard: shard, after: sequence, maxBytes: maxBytes)
    }

    /// A snapshot of the journal inside.
    public func beginSnapshot(shard: Int, at sequence: UInt64) throws(JournalFailure) -> any SnapshotWriter {
        try journal.beginSnapshot(shard: shard, at: sequence)
    }

    /// Closes the journal inside.
    public func close() async throws(JournalFailure) { try await journal.close() }
}
