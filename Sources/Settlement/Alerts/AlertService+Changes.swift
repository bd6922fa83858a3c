internal import Logging
internal import SettlementLedger

/// From the journal of the pool to watches and budgets.
extension AlertService {
    /// Warnings were told by the service before; recharges are asked for again, since nobody knows whether they were made.
    func readBudgets() async {
        guard !groups.isEmpty else { return }
        budgets.begin(at: clock.wallTime)
        for shard in cursor.indices {
            var place: UInt64 = 0
            while place < cursor[shard], !Task.isCancelled {
                do throws(StandingUnavailable) {
                    let page = try await source.changes(shard: shard, after: place)
                    guard page.through > place else { break }
                    // What has not been read yet is news: it is taken with the rest of its page.
                    if page.through > cursor[shard] {
                        cursor[shard] = place
                        break
                    }
                    place = page.through
                    for change in page.changes {
                        for case .recharge(let request) in spend(change) { await receiver.recharge(request) }
                    }
                } catch {
                    logger.warning("what budgets have spent cannot be read", metadata: ["reason": "\(error.reason)"])
                    try? await clock.sleep(nanoseconds: pollNanoseconds)
                }
            }
        }
    }

    private func spend(_ change: AccountChangePage.Change) -> [BudgetBook.Event] {
        guard let group = groups[change.account], change.billed > .zero else { return [] }
        return budgets.spend(change.billed, by: change.account, of: group, at: change.time)
    }

    func readChanges(of shard: Int) async {
        do throws(StandingUnavailable) {
            while cursor[shard] < source.durableHeads[shard], !Task.isCancelled, failure == nil {
                let page = try await source.changes(shard: shard, after: cursor[shard])
                if page.isGap {
                    logger.warning("changes of accounts were dropped unread", metadata: ["shard": "\(shard)"])
                }
                guard page.through > cursor[shard] || page.isGap else { return }
                let concerned = page.changes.filter { watches[$0.account] != nil || groups[$0.account] != nil }
                let views = concerned.isEmpty ? [] : try await source.accounts(concerned.map(\.account))
                // Before the cursor moves: what fails here is read again.
                var alerts = page.isGap ? try await learnAll() : []
                var requests: [RechargeRequest] = []
                for (change, view) in zip(concerned, views) { take(change, view, &alerts, &requests) }
                cursor[shard] = max(cursor[shard], page.through)
                // What was told and up to where changes were taken is kept in one piece.
                post(alerts)
                for request in requests { await receiver.recharge(request) }
                if page.isGap { return }
            }
        } catch {
            logger.warning("changes of accounts cannot be read", metadata: ["reason": "\(error.reason)"])
        }
    }

    /// Nobody tells what a gap has changed: the present figures of all who are watched are read.
    private func learnAll() async throws(StandingUnavailable) -> [Alert] {
        let accounts = watches.keys.sorted()
        let views = try await source.accounts(accounts)
        var alerts: [Alert] = []
        for (account, view) in zip(accounts, views) {
            guard var watch = watches[account], let view else { continue }
            alerts += watch.learn(AlertWatch.Figures(view), at: clock.wallTime)
            keep(watch)
        }
        return alerts
    }

    private func take(
        _ change: AccountChangePage.Change,
        _ view: AccountView?,
        _ alerts: inout [Alert],
        _ requests: inout [RechargeRequest]
    ) {
        for event in spend(change) {
            switch event {
            case .alert(let alert): alerts.append(alert)
            case .recharge(let request): requests.append(request)
            }
        }
        if var watch = watches[change.account], let view {
            alerts += watch.learn(AlertWatch.Figures(view), at: change.time)
            keep(watch)
        }
    }
}
