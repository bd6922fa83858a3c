import Settlement
import SettlementJournal

@testable import SettlementTestKit

/// Passes everything on: what the journals of the museum have in common.
class PassingJournal: Journal, @unchecked Sendable {
    let base: any Journal

    init(_ base: any Journal) { self.base = base }

    func stage(_ cells: RawSpan, shard: Int, after sequence: UInt64) throws(JournalFailure) -> JournalTicket {
        try base.stage(cells, shard: shard, after: sequence)
    }
    func durable(_ ticket: JournalTicket) async throws(JournalFailure) { try await base.durable(ticket) }
    func isDurable(_ ticket: JournalTicket) -> Bool { base.isDurable(ticket) }
    func durableSequence(shard: Int) -> UInt64 { base.durableSequence(shard: shard) }
    func stagedSequence(shard: Int) -> UInt64 { base.stagedSequence(shard: shard) }
    var stagedBytes: Int { base.stagedBytes }
    var stageBytesMax: Int { base.stageBytesMax }
    func checkAdmission() throws(JournalFailure) { try base.checkAdmission() }
    func read(shard: Int, after sequence: UInt64, maxBytes: Int) async throws(JournalFailure) -> JournalSlice {
        try await base.read(shard: shard, after: sequence, maxBytes: maxBytes)
    }
    func beginSnapshot(shard: Int, at sequence: UInt64) throws(JournalFailure) -> any SnapshotWriter {
        try base.beginSnapshot(shard: shard, at: sequence)
    }
    func close() async throws(JournalFailure) { try await base.close() }
}

/// Does not wait for the disk, or not for long.
final class ImpatientJournal: PassingJournal, @unchecked Sendable {
    /// Looks at the ticket before it says that it is durable whatever it has seen; `nil`: none.
    private let patience: Int?

    init(_ base: any Journal, patience: Int?) {
        self.patience = patience
        super.init(base)
    }

    override func durable(_ ticket: JournalTicket) async throws(JournalFailure) {
        for _ in 0..<(patience ?? 0) where !base.isDurable(ticket) { await Task.yield() }
    }
}

/// Says that a snapshot begins one entry before what its first section shows.
final class HastyJournal: PassingJournal, @unchecked Sendable {
    override func beginSnapshot(shard: Int, at sequence: UInt64) throws(JournalFailure) -> any SnapshotWriter {
        try base.beginSnapshot(shard: shard, at: max(1, sequence) - 1)
    }
}

/// Changes what it was given, as bad memory does.
final class AlteringJournal: PassingJournal, @unchecked Sendable {
    override func stage(_ cells: RawSpan, shard: Int, after sequence: UInt64) throws(JournalFailure) -> JournalTicket {
        let altered = cells.withUnsafeBytes { Array($0) }.mappingEntries {
            if $0.kind == .writtenOff { $0.amount += 1 }
        }
        return try base.stage(altered.span.bytes, shard: shard, after: sequence)
    }
}
