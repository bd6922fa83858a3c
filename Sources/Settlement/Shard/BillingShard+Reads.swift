internal import SettlementJournal
internal import SettlementLedger

/// Reads. Each sees the ledger as it is now and is given out when everything it rests on is durable.
extension BillingShard {
    func standings(of accounts: [AccountID]) async throws(StandingUnavailable) -> [Standing?] {
        do throws(JournalFailure) {
            return try await readStandings(of: accounts)
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

    func books(of accounts: [AccountID]) async throws(StandingUnavailable) -> [AccountBooks?] {
        do throws(JournalFailure) {
            return try await read { ledger in
                accounts.map { id in
                    ledger.account(id).map { AccountBooks(account: $0, bills: ledger.openBills(of: id)) }
                }
            }
        } catch {
            throw StandingUnavailable(reason: "shard \(index): \(error)")
        }
    }

    /// With the number of accounts there are. O(slots) in one turn.
    func accountsOwing(
        slots: Range<UInt32>
    ) async throws(StandingUnavailable) -> (accounts: [AccountID], count: UInt32) {
        do throws(JournalFailure) {
            return try await read { ($0.accountsOwing(slots: slots), $0.accountCount) }
        } catch {
            throw StandingUnavailable(reason: "shard \(index): \(error)")
        }
    }
}
