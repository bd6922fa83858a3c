import Settlement
import SettlementJournal

@testable import SettlementTestKit

/// Does not wait for the disk, or not for long.
final class ImpatientJournal: ForwardingJournal {
    let base: any Journal
    /// Looks at the ticket before it says that it is durable whatever it has seen; `nil`: none.
    private let patience: Int?

    init(_ base: any Journal, patience: Int?) {
        self.base = base
        self.patience = patience
    }

    func durable(_ ticket: JournalTicket) async throws(JournalFailure) {
        for _ in 0..<(patience ?? 0) where !base.isDurable(ticket) { await Task.yield() }
    }
}

/// Says that a snapshot begins one entry before what its first section shows.
final class HastyJournal: ForwardingJournal {
    let base: any Journal

    init(_ base: any Journal) { self.base = base }

    func beginSnapshot(shard: Int, at sequence: UInt64) throws(JournalFailure) -> any SnapshotWriter {
        try base.beginSnapshot(shard: shard, at: max(1, sequence) - 1)
    }
}

/// Changes what it was given, as bad memory does.
final class AlteringJournal: ForwardingJournal {
    let base: any Journal

    init(_ base: any Journal) { self.base = base }

    func stage(_ cells: RawSpan, shard: Int, after sequence: UInt64) throws(JournalFailure) -> JournalTicket {
        let altered = cells.withUnsafeBytes { Array($0) }.mappingEntries {
            if $0.kind == .writtenOff { $0.amount += 1 }
        }
        return try base.stage(altered.span.bytes, shard: shard, after: sequence)
    }
}
