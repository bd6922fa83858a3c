internal import SettlementLedger

/// Which shard keeps an account: a fixed function of the account and the number of shards.
struct ShardRouter: Sendable {
    let shardCount: Int

    /// O(1). A multiplicative hash, so that accounts numbered in a row spread evenly.
    func shard(of account: AccountID) -> Int {
        let mixed = (account.rawValue ^ (account.rawValue >> 32)) &* 0x9E37_79B9_7F4A_7C15
        return Int((mixed >> 32).multipliedFullWidth(by: UInt64(shardCount) << 32).high)
    }

    /// Splits a batch by shard, keeping the order within each, and remembers where each command stood.
    func split(_ batch: CommandBatch) -> [Part] {
        if shardCount == 1 { return [Part(shard: 0, batch: batch, positions: Array(batch.commands.indices))] }
        // Room for an even share and an eighth; arrays that grow copy everything twice.
        let room = batch.commands.count / shardCount * 9 / 8 + 16
        var parts = (0..<shardCount).map { Part(shard: $0, room: room, keepsIntended: !batch.intendedAt.isEmpty) }
        for (position, command) in batch.commands.enumerated() {
            let shard = shard(of: command.account)
            parts[shard].positions.append(position)
            parts[shard].batch.commands.append(command)
            if let intended = batch.intended(at: position) { parts[shard].batch.intendedAt.append(intended) }
        }
        return parts.filter { !$0.positions.isEmpty }
    }

    /// The share of one shard in a batch.
    struct Part: Sendable {
        var shard: Int
        var batch: CommandBatch
        var positions: [Int]

        init(shard: Int, batch: CommandBatch, positions: [Int]) {
            self.shard = shard
            self.batch = batch
            self.positions = positions
        }

        /// Nothing yet, and room for so many commands.
        init(shard: Int, room: Int, keepsIntended: Bool) {
            self.init(shard: shard, batch: CommandBatch(), positions: [])
            positions.reserveCapacity(room)
            batch.commands.reserveCapacity(room)
            if keepsIntended { batch.intendedAt.reserveCapacity(room) }
        }
    }
}
