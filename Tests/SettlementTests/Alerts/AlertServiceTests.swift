import Settlement
import SettlementTestKit
import Synchronization
import Testing

@Suite struct AlertServiceTests {
    private final class Receiver: AlertReceiver {
        private let pool: SettlementPool
        private let list = Mutex<[Alert]>([])
        var alerts: [Alert] { list.withLock { $0 } }

        init(_ pool: SettlementPool) { self.pool = pool }

        func receive(_ alerts: [Alert]) async -> Bool {
            list.withLock { $0 += alerts }
            return true
        }

        func recharge(_ request: RechargeRequest) async {
            _ = try? await pool.recharge(request.amount, to: request.account, key: request.key)
        }
    }

    @Test func warnsAndTopsUpFromWhatTheJournalTells() throws {
        try Simulation(seed: 1).run { clock in
            let pool = try SettlementPool.open(
                journal: .memory,
                clock: clock,
                observer: NoPathObserver(),
                logger: Fixture.logger
            )
            let (watched, other) = (AccountID(1), AccountID(2))
            for account in [watched, other] {
                try await pool.openAccount(account, currency: .cny)
                try await pool.recharge(
                    Amount(minorUnits: 20_000),
                    to: account,
                    key: Fixture.key(account.rawValue)
                )
            }
            let rule = Budget.AutoRecharge(
                account: watched,
                step: Amount(minorUnits: 5_000),
                cap: Amount(minorUnits: 5_000)
            )
            let budget = Budget(
                group: BudgetGroup(1),
                period: .month,
                limit: Amount(minorUnits: 12_000),
                warnings: [],
                autoRecharge: rule
            )
            let receiver = Receiver(pool)
            let service = AlertService(
                source: pool,
                receiver: receiver,
                budgets: BudgetBook([budget]),
                clock: clock,
                logger: Fixture.logger
            )
            #expect(try await service.watch(watched, AlertRules(creditBelow: Amount(minorUnits: 10_000))))
            #expect(try await service.watch(AccountID(9), .scenario) == false)
            await service.join(BudgetGroup(1), account: watched)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await service.run() }
                try await clock.sleep(nanoseconds: 2_000_000_000)
                let month = Month(containing: pool.now, offsetMinutes: 480).previous
                for (number, account) in [(1, other), (2, watched)] as [(UInt64, AccountID)] {
                    try await pool.issue(Fixture.bill(number, of: month, cents: 11_000), to: account)
                }
                try await clock.sleep(nanoseconds: 2_000_000_000)
                #expect(receiver.alerts.map(\.account) == [watched])
                try await clock.sleep(nanoseconds: 48 * 3_600_000_000_000)
                #expect(receiver.alerts.count == 3)
                // The next bill overspends the budget: the recharge that follows ends the reminders.
                try await pool.issue(Fixture.bill(3, of: month, cents: 2_000), to: watched)
                try await clock.sleep(nanoseconds: 2_000_000_000)
                #expect(try await pool.account(watched)?.cash == Amount(minorUnits: 12_000))
                try await clock.sleep(nanoseconds: 96 * 3_600_000_000_000)
                #expect(receiver.alerts.count == 3)
                group.cancelAll()
            }
        }
    }

    @Test func deferralsAreReviewedOnceAMonth() async throws {
        struct HalfOfTheLimit: DeferralFormula {
            func deferral(for account: AccountView, month: Month) async -> Deferral? {
                account.id == AccountID(2)
                    ? nil : Deferral(quota: Amount(minorUnits: account.creditLimit.minorUnits / 2))
            }
        }
        let clock = Fixture.clock()
        let pool = try Fixture.pool(.memory, clock: clock)
        for account in 1...3 as ClosedRange<UInt64> {
            let limit = Amount(minorUnits: 100)
            try await pool.openAccount(AccountID(account), currency: .cny, creditLimit: limit)
            if account < 3 { try await pool.setDeferral(Deferral(), of: AccountID(account)) }
        }
        let review = DeferralReview(pool: pool, formula: HalfOfTheLimit(), clock: clock)
        #expect(try await review.review(Fixture.november) == 2)
        #expect(try await pool.account(AccountID(1))?.deferral == Deferral(quota: Amount(minorUnits: 50)))
        #expect(try await pool.account(AccountID(2))?.deferral == nil)
        #expect(try await review.review(Fixture.november) == 1)
        try await pool.shutdown()
    }
}
