internal import SettlementJournal
internal import SettlementLedger

/// The ledgers while the journal is read back, before their shards exist. Used by one thread.
final class RecoveredLedgers {
    /// What one shard starts from.
    struct Share: ~Copyable {
        var ledger: Ledger
        /// Sequence of the last entry.
        var sequence: UInt64
    }

    private final class Slot {
        var share: Share?
        init(_ share: consuming Share) { self.share = Optional(share) }
    }

    private let slots: [Slot]
    private(set) var entriesReplayed = 0

    init(configuration: PoolConfiguration) {
        slots = (0..<configuration.shardCount).map { _ in
            Slot(Share(ledger: Ledger(policy: configuration.policy), sequence: 0))
        }
    }

    /// Takes the next part of what the journal holds.
    /// - Throws: ``ReplayError`` when an entry cannot be applied: it is of a newer version, or contradicts the others.
    func take(_ part: RecoveredPart, _ bytes: RawSpan) throws(ReplayError) {
        switch part {
        case .snapshotSection(let shard, let beganAt):
            try slots[shard].share?.ledger.restore(section: bytes)
            slots[shard].share?.sequence = beganAt
        case .cells(let shard, let firstSequence):
            let entries = Entry.entries(in: bytes)
            try slots[shard].share?.ledger.replay(entries.span, firstSequence: firstSequence)
            slots[shard].share?.sequence = firstSequence + UInt64(entries.count) - 1
            entriesReplayed += entries.count
        }
    }

    /// Hands out what was recovered for a shard, once.
    func take(shard: Int) -> Share {
        guard let share = slots[shard].share.take() else {
            preconditionFailure("the ledger of shard \(shard) was taken twice")
        }
        return share
    }
}
