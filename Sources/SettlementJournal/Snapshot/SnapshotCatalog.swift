internal import Synchronization

/// The intact snapshots of every shard: two slots each, of which a new snapshot replaces the older.
final class SnapshotCatalog: Sendable {
    private struct Shard: Sendable {
        var slots: [SnapshotSummary?] = [nil, nil]
        var isWriting = false

        var newest: SnapshotSummary? { slots.compactMap(\.self).max { $0.generation < $1.generation } }
    }

    private let shards: Mutex<[Shard]>

    init(shardCount: Int) {
        shards = Mutex([Shard](repeating: Shard(), count: shardCount))
    }

    /// An intact snapshot is in place.
    func record(_ summary: SnapshotSummary) {
        shards.withLock { $0[summary.shard].slots[summary.slot] = summary }
    }

    func newest(shard: Int) -> SnapshotSummary? {
        shards.withLock { $0[shard].newest }
    }

    /// Claims the shard's slot to write next, or nil while a snapshot of it is being written.
    func beginWriting(shard: Int) -> (slot: Int, generation: UInt64)? {
        shards.withLock { shards in
            guard !shards[shard].isWriting else { return nil }
            shards[shard].isWriting = true
            let newest = shards[shard].newest
            return (slot: newest.map { 1 - $0.slot } ?? 0, generation: (newest?.generation ?? 0) + 1)
        }
    }

    func endWriting(shard: Int) {
        shards.withLock { $0[shard].isWriting = false }
    }

    /// Per shard the sequence up to which cells are no longer needed: where the older of two intact snapshots began.
    var bounds: [UInt64] {
        shards.withLock { shards in
            shards.map { shard in
                guard let first = shard.slots[0], let second = shard.slots[1] else { return 0 }
                return min(first.beganAt, second.beganAt)
            }
        }
    }
}
