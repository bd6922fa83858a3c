internal import Logging
internal import SettlementLedger

/// From a notification to a plan. No call to the cloud is made here, so a slow cloud delays no plan.
extension RegionController {
    /// Marks the accounts of notifications as dirty.
    func takeNotifications(from subscription: Subscription) async throws(CancellationError) {
        while true {
            switch try await subscription.next(max: settings.notificationBatch) {
            case .notifications(let notifications, let cursor):
                let now = clock.monotonicNanoseconds
                for notification in notifications {
                    state.mark(notification, at: now)
                    if notification.durableAtMonotonic > 0 {
                        observer.observe(
                            .notify,
                            nanoseconds: max(0, now - notification.durableAtMonotonic),
                            count: 1,
                            lane: notification.lane
                        )
                    }
                }
                wake()
                await subscription.acknowledge(cursor)
            case .resync(let shards, let cursor):
                logger.warning(
                    "notifications are gone, sweeping instead",
                    metadata: ["region": "\(driver.region.rawValue)", "shards": "\(shards)"]
                )
                isSweepDue = true
                wake()
                await subscription.acknowledge(cursor)
            }
        }
    }

    /// Reads standings of dirty accounts in batches and plans their instances.
    func planDirtyAccounts(on signal: WakeSignal) async throws(CancellationError) {
        while true {
            let accounts = state.dirty.take(limit: settings.standingBatch, at: clock.monotonicNanoseconds)
            if accounts.isEmpty {
                try await signal.wait(until: state.dirty.nextDue, clock: clock)
                continue
            }
            do {
                let standings = try await source.standings(of: accounts)
                standingFailures = 0
                state.plan(accounts, standings: standings, at: clock.monotonicNanoseconds)
            } catch {
                standingFailures += 1
                logger.warning(
                    "standings cannot be read, nothing is started or stopped",
                    metadata: ["region": "\(driver.region.rawValue)", "reason": "\(error.reason)"]
                )
                state.postpone(accounts, failures: standingFailures, at: clock.monotonicNanoseconds)
            }
            wake()
            if Task.isCancelled { throw CancellationError() }
        }
    }
}
