internal import SettlementJournal
internal import SettlementLedger

/// Reads. Each sees the ledger as it is now and is given out when everything it rests on is durable.
extension BillingShard {
    func standings(of accounts: [AccountID]) async throws(StandingUnavailable) -> [Standing?] {
        do throws(JournalFailure) {
            return try await read { ledger in accounts.map { ledger.standing(of: $0) } }
        } catch {
            throw StandingUnavailable(reason: "shard \(index): \(error)")
        }
    }

    func account(_ id: AccountID) async throws(JournalFailure) -> AccountView? {
        try await read { $0.account(id) }
    }

    func openBills(of id: AccountID) async throws(JournalFailure) -> [BillView] {
        try await read { $0.openBills(of: id) }
    }

    /// O(accounts + open bills) in one turn.
    func audit() async throws(JournalFailure) -> Audit { try await read { $0.audit() } }

    /// O(accounts + open bills) in one turn.
    func digest() async throws(JournalFailure) -> StateDigest { try await read { $0.digest() } }

    func accountCount() async throws(JournalFailure) -> UInt32 { try await read { $0.accountCount } }

    func isCheckpointed(_ month: Month, range: UInt32) async throws(JournalFailure) -> Bool {
        try await read { $0.isCheckpointed(month: month, range: range) }
    }

    func account(named name: String) async throws(JournalFailure) -> AccountID? {
        try await read { $0.account(named: name) }
    }

}
