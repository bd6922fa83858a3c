internal import SettlementJournal
public import SettlementLedger

/// Reads. They see nothing that could still be lost.
extension SettlementPool {
    /// The account's funds, debts and standing; `nil`: no such account. O(1).
    public func account(_ id: AccountID) async throws(SettlementError) -> AccountView? {
        try await reading(shards[router.shard(of: id)]) { shard throws(JournalFailure) in try await shard.account(id) }
    }

    /// The account's open bills in write-off order. O(bills).
    public func openBills(of id: AccountID) async throws(SettlementError) -> [BillView] {
        try await reading(shards[router.shard(of: id)]) { shard throws(JournalFailure) in
            try await shard.openBills(of: id)
        }
    }

    /// The account's vouchers, cards and notes in the order of use. O(funds).
    public func funds(of id: AccountID) async throws(SettlementError) -> [Fund] {
        try await reading(shards[router.shard(of: id)]) { shard throws(JournalFailure) in
            try await shard.read { $0.funds(of: id) }
        }
    }

    /// Proves double entry over all shards. O(accounts + open bills); each shard is busy for its share meanwhile.
    public func audit() async throws(SettlementError) -> Audit {
        var total = Audit.empty
        for shard in shards {
            total = total + (try await reading(shard) { shard throws(JournalFailure) in try await shard.audit() })
        }
        return total
    }

    /// Digest of the whole state: equal for equal states, whatever the order in which they came about.
    /// O(accounts + open bills).
    public func digest() async throws(SettlementError) -> StateDigest {
        var total = StateDigest.zero
        for shard in shards {
            total = total + (try await reading(shard) { shard throws(JournalFailure) in try await shard.digest() })
        }
        return total
    }

    /// Number of accounts. O(shards).
    public func accountCount() async throws(SettlementError) -> Int {
        var total = 0
        for shard in shards {
            total += Int(try await reading(shard) { shard throws(JournalFailure) in try await shard.accountCount() })
        }
        return total
    }

    func reading<Value>(
        _ shard: BillingShard,
        _ body: (BillingShard) async throws(JournalFailure) -> Value
    ) async throws(SettlementError) -> Value {
        do throws(JournalFailure) {
            return try await body(shard)
        } catch {
            throw SettlementError(.journalFailed, "shard \(shard.index): \(error)")
        }
    }
}
