public import SettlementJournal

/// A journal in a simulation: callers can overtake each other at each of its calls, and a listener sees every stage.
///
/// The journal inside is the real one, on a ``SimulatedStorage`` with ``SimulatedWorkers``.
public final class SimulatedJournal: ForwardingJournal {
    /// Told of cells after they were staged: the shard, the sequence before them, and the cells.
    public typealias StageListener = @Sendable (_ shard: Int, _ sequence: UInt64, _ cells: RawSpan) -> Void

    /// The real one.
    public let base: any Journal
    private let simulation: Simulation
    private let onStage: StageListener

    /// Wraps a journal.
    public init(
        _ base: any Journal,
        in simulation: Simulation,
        onStage: @escaping StageListener = { _, _, _ in }
    ) {
        self.base = base
        self.simulation = simulation
        self.onStage = onStage
    }

    /// Stages, and tells the listener.
    public func stage(_ cells: RawSpan, shard: Int, after sequence: UInt64) throws(JournalFailure) -> JournalTicket {
        let ticket = try base.stage(cells, shard: shard, after: sequence)
        onStage(shard, sequence, cells)
        return ticket
    }

    /// Waits for the disk, with a point before and behind it.
    public func durable(_ ticket: JournalTicket) async throws(JournalFailure) {
        await simulation.point()
        try await base.durable(ticket)
        await simulation.point()
    }

    /// Reads behind a point.
    public func read(shard: Int, after sequence: UInt64, maxBytes: Int) async throws(JournalFailure) -> JournalSlice {
        await simulation.point()
        return try await base.read(shard: shard, after: sequence, maxBytes: maxBytes)
    }
}
