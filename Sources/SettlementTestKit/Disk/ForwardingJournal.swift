public import SettlementJournal

/// A journal that leaves to another what it does not do itself: to watch, delay or spoil some calls of a real one.
public protocol ForwardingJournal: Journal {
    /// The journal that does the work.
    var base: any Journal { get }
}

extension ForwardingJournal {
    /// As ``base`` does it.
    public func stage(_ cells: RawSpan, shard: Int, after sequence: UInt64) throws(JournalFailure) -> JournalTicket {
        try base.stage(cells, shard: shard, after: sequence)
    }

    /// As ``base`` does it.
    public func durable(_ ticket: JournalTicket) async throws(JournalFailure) { try await base.durable(ticket) }

    /// As ``base`` does it.
    public func isDurable(_ ticket: JournalTicket) -> Bool { base.isDurable(ticket) }

    /// As ``base`` does it.
    public func durableSequence(shard: Int) -> UInt64 { base.durableSequence(shard: shard) }

    /// As ``base`` does it.
    public func stagedSequence(shard: Int) -> UInt64 { base.stagedSequence(shard: shard) }

    /// As ``base`` does it.
    public var stagedBytes: Int { base.stagedBytes }

    /// As ``base`` does it.
    public var stageBytesMax: Int { base.stageBytesMax }

    /// As ``base`` does it.
    public func checkAdmission() throws(JournalFailure) { try base.checkAdmission() }

    /// As ``base`` does it.
    public func read(
        shard: Int,
        after sequence: UInt64,
        maxBytes: Int
    ) async throws(JournalFailure) -> JournalSlice {
        try await base.read(shard: shard, after: sequence, maxBytes: maxBytes)
    }

    /// As ``base`` does it.
    public func beginSnapshot(shard: Int, at sequence: UInt64) throws(JournalFailure) -> any SnapshotWriter {
        try base.beginSnapshot(shard: shard, at: sequence)
    }

    /// As ``base`` does it.
    public func close() async throws(JournalFailure) { try await base.close() }
}
