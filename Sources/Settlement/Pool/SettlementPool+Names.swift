internal import SettlementJournal
public import SettlementLedger

/// External names of accounts, such as a FOCUS BillingAccountId. The mapping is journaled, so it survives.
extension SettlementPool {
    /// The account of each name, in the order given; a name that is new gets one. Durable when it returns.
    ///
    /// The account follows from the name alone, so the same name is the same account in every journal; two names whose
    /// hashes collide within a shard get neighbouring accounts, first come, first served.
    /// - Precondition: names are 1 through 256 bytes of UTF-8.
    public func intern(_ names: [String]) async throws(SettlementError) -> [AccountID] {
        var accounts = [AccountID](repeating: AccountID(0), count: names.count)
        var positions = [[Int]](repeating: [], count: shards.count)
        for (position, name) in names.enumerated() {
            positions[router.shard(of: Ledger.hash(ofName: name))].append(position)
        }
        for (shard, positions) in zip(shards, positions) where !positions.isEmpty {
            let found = try await shard.intern(positions.map { names[$0] }, at: now)
            for (position, account) in zip(positions, found) { accounts[position] = account }
        }
        return accounts
    }

    /// The account of a name that was interned; `nil`: it never was.
    public func account(named name: String) async throws(SettlementError) -> AccountID? {
        let shard = shards[router.shard(of: Ledger.hash(ofName: name))]
        return try await reading(shard) { shard throws(JournalFailure) in try await shard.account(named: name) }
    }
}
