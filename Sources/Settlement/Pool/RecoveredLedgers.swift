internal import SettlementJournal
internal import SettlementLedger
internal import Synchronization

/// The ledgers while the journal is read back, before their shards exist. Different shards may be taken up at once.
final class RecoveredLedgers: Sendable {
    /// What one shard starts from.
    struct Share: ~Copyable {
        var ledger: Ledger
        /// Sequence of the last entry.
        var sequence: UInt64
        var entriesReplayed = 0

        /// So many that a copy of them stays in the processor's cache.
        private static let bytesAtOnce = 512 * Entry.byteCount

        /// Applies entries, which need not be aligned, the first of them with this sequence.
        mutating func replay(_ bytes: RawSpan, from firstSequence: UInt64) throws(ReplayError) {
            sequence = firstSequence - 1
            for start in stride(from: 0, to: bytes.byteCount, by: Self.bytesAtOnce) {
                let end = min(start + Self.bytesAtOnce, bytes.byteCount)
                let entries = Entry.entries(in: bytes.extracting(start..<end))
                try ledger.replay(entries.span, firstSequence: sequence + 1)
                sequence += UInt64(entries.count)
                entriesReplayed += entries.count
            }
        }
    }

    private final class Slot: Sendable {
        let share: Mutex<Share?>
        init(_ share: consuming sending Share) { self.share = Mutex(Optional(share)) }
    }

    private let slots: [Slot]

    var shardCount: Int { slots.count }

    /// Entries of all shards that were not in a snapshot.
    var entriesReplayed: Int { slots.reduce(0) { $0 + $1.share.withLock { $0?.entriesReplayed ?? 0 } } }

    init(shardCount: Int, policy: LedgerPolicy) {
        slots = (0..<shardCount).map { _ in Slot(Share(ledger: Ledger(policy: policy), sequence: 0)) }
    }

    /// Takes the next part of what the journal holds.
    /// - Throws: ``ReplayError`` when an entry cannot be applied: it is of a newer version, or contradicts the others.
    @Sendable func take(_ part: RecoveredPart, _ bytes: RawSpan) throws(ReplayError) {
        switch part {
        case .snapshotSection(let shard, let beganAt):
            try slots[shard].share.withLock { (share) throws(ReplayError) in
                try share?.ledger.restore(section: bytes)
                share?.sequence = beganAt
            }
        case .cells(let shard, let firstSequence):
            try slots[shard].share.withLock { (share) throws(ReplayError) in
                try share?.replay(bytes, from: firstSequence)
            }
        }
    }

    /// Hands out what was recovered for a shard, once.
    func take(shard: Int) -> Share {
        guard let share = slots[shard].share.withLock({ $0.take() }) else {
            preconditionFailure("the ledger of shard \(shard) was taken twice")
        }
        return share
    }
}
