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
        init(_ share: consuming Share) { self.share = share }
    }

    private let slots: [Slot]
    private(set) var entriesReplayed = 0

    init(configuration: PoolConfiguration) {
        slots = (0..<configuration.shardCount).map { _ in
            Slot(Share(ledger: Ledger(policy: configuration.policy), sequence: 0))
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
