internal import SettlementJournal
public import SettlementLedger

extension SettlementPool {
    /// Why an account's instances do not run: the first unmet step, since when, what comes next and what helps.
    ///
    /// - Parameters:
    ///   - id: the account.
    ///   - regions: the controllers to ask; none: only the ledger's side is explained.
    ///   - standingSince: since when the standing is what it is, if known (``standingSince(of:)``).
    ///   - pendingFunds: payments whose funds have not arrived.
    ///   - arrears: the product's way through its policy, if there is one.
    ///   - prepaid: the resource's life, if it is prepaid.
    ///   - restart: what a start takes by the product's policy; `nil`: what the case says. A case that is over says nothing.
    public func explain(
        _ id: AccountID,
        regions: [RegionController] = [],
        standingSince: Timestamp? = nil,
        pendingFunds: [RestartSituation.PendingFunds] = [],
        arrears: ArrearsCase? = nil,
        prepaid: PrepaidLife? = nil,
        restart: ArrearsPolicy.RestartRule? = nil
    ) async throws(SettlementError) -> Explanation {
        let shard = shards[router.shard(of: id)]
        let books: (account: AccountView?, bills: [BillView])
        do throws(JournalFailure) {
            // In one turn: a bill and the standing it causes belong together.
            books = try await shard.read { ledger in (ledger.account(id), ledger.openBills(of: id)) }
        } catch {
            throw SettlementError(.journalFailed, "shard \(shard.index): \(error)")
        }
        var situation = RestartSituation(
            at: now,
            account: books.account,
            bills: books.bills,
            ledgerPolicy: configuration.policy,
            standingSince: standingSince,
            pendingFunds: pendingFunds,
            arrears: arrears,
            prepaid: prepaid,
            restart: restart
        )
        for controller in regions where books.account?.regions.contains(controller.driver.region) == true {
            situation.regions.append(await controller.status(of: id))
        }
        return Explanation(of: situation)
    }

    /// Since when the standing of an account is what it is; `nil`: it never changed, or the journal does not reach back to the
    /// change. Reads the journal of the account's shard: O(entries kept), for support and tools.
    ///
    /// - Throws: ``SettlementError`` when the journal cannot be read.
    public func standingSince(of id: AccountID) async throws(SettlementError) -> Timestamp? {
        let history = JournalHistory(journal: journal)
        let shard = router.shard(of: id)
        let head = journal.stagedSequence(shard: shard)
        var sequence: UInt64 = 0
        var since: Timestamp?
        while sequence < head {
            do throws(HistoryUnavailable) {
                switch try await history.notifications(shard: shard, after: sequence, limit: 4_096) {
                case .gone: return nil
                case .page(let notifications, let through):
                    since = notifications.last { $0.account == id }?.time ?? since
                    guard through > sequence else { return since }
                    sequence = through
                }
            } catch {
                throw SettlementError(.journalFailed, "shard \(shard): \(error.reason)")
            }
        }
        return since
    }
}
