public import ServiceLifecycle
internal import SettlementJournal
public import SettlementLedger

/// Decides each month anew how long accounts may keep running in arrears: the vendor's formula is its own.
public protocol DeferralFormula: Sendable {
    /// What an account is granted from `month` on; `nil`: nothing.
    func deferral(for account: AccountView, month: Month) async -> Deferral?
}

/// Recomputes deferrals at the beginning of every month, and those of the present month when it starts.
///
/// Each grant is a command with a key of account and month, so a review that was interrupted or missed is made again
/// without a second effect, as long as the pool remembers keys (``LedgerPolicy/keyRetention``). Accounts without a deferral are the embedder's to grant one.
public struct DeferralReview: Service {
    private let pool: SettlementPool
    private let formula: any DeferralFormula
    private let clock: any SettlementClock
    private let timeZone: ZoneRules
    private let retryNanoseconds: Int64 = 60_000_000_000

    /// A review that does nothing until ``run()``.
    public init(
        pool: SettlementPool,
        formula: any DeferralFormula,
        clock: any SettlementClock = SystemClock(),
        timeZone: ZoneRules = .shanghai
    ) {
        self.pool = pool
        self.formula = formula
        self.clock = clock
        self.timeZone = timeZone
    }

    /// Reviews the present month, then each at 00:00 of its first, until graceful shutdown or cancellation.
    public func run() async {
        await untilGracefulShutdown {
            while true {
                let month = timeZone.local(clock.wallTime).date.month
                // Keys make it safe to begin anew when something could not be read or written.
                while !Task.isCancelled, (try? await review(month)) == nil {
                    try? await clock.sleep(nanoseconds: retryNanoseconds)
                }
                if Task.isCancelled { return }
                let begin = timeZone.instant(LocalDateTime(date: LocalDate(month.next, day: 1)))
                try? await clock.sleep(nanoseconds: begin.rawValue - clock.wallTime.rawValue)
            }
        }
    }

    /// Reviews all accounts that have a deferral.
    ///
    /// - Returns: how many were reviewed.
    /// - Throws: ``SettlementError``; make it again.
    @discardableResult
    public func review(_ month: Month) async throws(SettlementError) -> Int {
        let accounts = try await pool.accountsWithDeferral()
        for id in accounts {
            guard let view = try await pool.account(id) else { continue }
            let deferral = await formula.deferral(for: view, month: month)
            let key = IdempotencyKey(high: 0x6465_6665_7200_0000 | UInt64(month.rawValue), low: id.rawValue)
            try await pool.setDeferral(deferral, of: id, key: key)
        }
        return accounts.count
    }
}

extension SettlementPool {
    /// The accounts with a deferral, by shard. O(accounts with rare attributes).
    public func accountsWithDeferral() async throws(SettlementError) -> [AccountID] {
        var all: [AccountID] = []
        for shard in shards {
            all += try await reading(shard) { shard throws(JournalFailure) in
                try await shard.read { $0.accountsWithDeferral() }
            }
        }
        return all
    }
}
