public import Logging
public import ServiceLifecycle
public import SettlementLedger

/// Carries a credit plan out: every account has the limit of its plan, from the instant at which it begins to hold.
///
/// Limits are absolute and compared with the ledger's before they are set, so a start sets what changed while nobody was
/// there, once. An account that owes more than a limit that ends is in arrears from then on, as after any other change.
public struct CreditKeeper: Service {
    private let plan: CreditPlan
    private let pool: SettlementPool
    private let clock: any SettlementClock
    private let logger: Logger
    private let retryNanoseconds: Int64 = 60_000_000_000

    /// A keeper that does nothing until ``run()``.
    public init(_ plan: CreditPlan, pool: SettlementPool, clock: any SettlementClock = SystemClock(), logger: Logger) {
        self.plan = plan
        self.pool = pool
        self.clock = clock
        self.logger = logger
    }

    /// Sets limits when they begin to hold, until graceful shutdown or cancellation. What could not be set is tried again
    /// after a minute.
    public func run() async {
        await untilGracefulShutdown {
            while !Task.isCancelled {
                let now = clock.wallTime
                var pause = plan.nextChange(after: now).map { $0.rawValue - now.rawValue } ?? .max
                do throws(SettlementError) {
                    try await apply(at: now)
                } catch {
                    logger.warning("credit limits could not be set, next try in a minute: \(error)")
                    pause = min(pause, retryNanoseconds)
                }
                // Years at most: a clock's counter has room for centuries.
                try? await clock.sleep(nanoseconds: min(pause, 365 * 86_400 * 1_000_000_000))
            }
        }
    }

    /// Gives every account of the plan that is open the limit of `time`.
    ///
    /// - Returns: how many limits were changed.
    /// - Complexity: O(accounts of the plan).
    @discardableResult
    public func apply(at time: Timestamp) async throws(SettlementError) -> Int {
        var changed = 0
        for account in plan.accounts {
            guard let limit = plan.limit(of: account, at: time),
                let view = try await pool.account(account), view.creditLimit != limit
            else { continue }
            try await pool.setCreditLimit(limit, of: account)
            changed += 1
        }
        return changed
    }
}
