import Logging
import Settlement
import SettlementTestKit
import Testing

@Suite struct CreditTests {
    private static let firm = AccountID(1)
    private static let other = AccountID(2)

    private static func time(_ year: Int, _ month: Int, _ day: Int, hour: Int = 0) -> Timestamp {
        ZoneRules.shanghai.instant(LocalDateTime(year, month, day, hour: hour))
    }

    private static func time(_ seconds: Int64, after time: Timestamp) -> Timestamp {
        time.adding(CalendarSpan(seconds: seconds), in: .utc)
    }

    private static func amount(_ units: Int64) -> Amount { Amount(minorUnits: units) }

    @Test func aBufferOfThreeMonthsEndsOnTheCalendar() {
        let grant = CreditGrant(of: Self.amount(500), to: Self.firm, from: Self.time(2026, 11, 30), months: 3)
        #expect(grant.ends == Self.time(2027, 2, 28), "a day that the month lacks becomes its last")
        let plan = CreditPlan(limits: [Self.firm: Self.amount(100)], grants: [grant])
        #expect(plan.limit(of: Self.firm, at: Self.time(-1, after: grant.begins)) == Self.amount(100))
        #expect(plan.limit(of: Self.firm, at: grant.begins) == Self.amount(600))
        #expect(plan.limit(of: Self.firm, at: Self.time(-1, after: grant.ends)) == Self.amount(600))
        #expect(plan.limit(of: Self.firm, at: grant.ends) == Self.amount(100))
        #expect(plan.limit(of: Self.other, at: grant.ends) == nil)
    }

    @Test func grantsAddUpAndAReviewForbidsThemAll() {
        let opened = Self.time(2026, 1, 31)
        let probation = Probation(of: Self.firm, after: Self.other, from: opened)
        #expect(probation.ends == Self.time(2026, 7, 31))
        let plan = CreditPlan(
            limits: [Self.firm: Self.amount(10)],
            grants: [
                CreditGrant(
                    of: Self.amount(5),
                    to: Self.firm,
                    from: Self.time(2026, 6, 1),
                    until: Self.time(2026, 9, 1)
                ),
                CreditGrant(
                    of: Self.amount(7),
                    to: Self.firm,
                    from: Self.time(2026, 8, 1),
                    until: Self.time(2026, 9, 1)
                ),
            ],
            probations: [probation]
        )
        let changes = plan.changes.map {
            [$0.limit.minorUnits, ($0.time.rawValue - opened.rawValue) / 86_400_000_000_000]
        }
        #expect(changes == [[0, 0], [15, 181], [22, 182], [10, 213]])
        #expect(plan.nextChange(after: opened) == probation.ends)
        #expect(plan.nextChange(after: Self.time(2026, 9, 1)) == nil)
    }

    @Test func theKeeperSetsLimitsAtTheirInstantsAndAfterARestart() async throws {
        let clock = Fixture.clock()
        let pool = try Fixture.pool(.memory, clock: clock) { $0.shardCount = 1 }
        try await pool.openAccount(Self.firm, currency: .cny, creditLimit: Self.amount(100))
        let begin = Self.time(60, after: clock.wallTime)
        let grant = CreditGrant(of: Self.amount(50), to: Self.firm, from: begin, until: Self.time(60, after: begin))
        let keeper = CreditKeeper(
            CreditPlan(limits: [Self.firm: Self.amount(100), Self.other: .zero], grants: [grant]),
            pool: pool,
            clock: clock,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
        try await withThrowingTaskGroup { group in
            group.addTask { await keeper.run() }
            await clock.waitForSleepers(1)
            let before = try await pool.account(Self.firm)
            #expect(before?.creditLimit == Self.amount(100))
            clock.advance(by: 60_000_000_000)
            await clock.waitForSleepers(1)
            let meanwhile = try await pool.account(Self.firm)
            #expect(meanwhile?.creditLimit == Self.amount(150))
            group.cancelAll()
        }
        // Nobody was there when it ended: the next start sets it, once.
        #expect(try await keeper.apply(at: grant.ends) == 1)
        #expect(try await keeper.apply(at: grant.ends) == 0)
        #expect(try await pool.account(Self.firm)?.creditLimit == Self.amount(100))
    }

    @Test func instalmentsAddUpToTheInvoice() throws {
        let plan = try #require(InstalmentPlan(of: Self.amount(100_00), count: 36, from: Month(year: 2026, month: 11)))
        #expect(plan.amounts.reduce(.zero, +) == Self.amount(100_00))
        #expect(plan.amounts.prefix(28).allSatisfy { $0 == Self.amount(278) })
        #expect(plan.amounts.suffix(8).allSatisfy { $0 == Self.amount(277) })
        #expect(plan.months.upperBound == Month(year: 2029, month: 10))
        let invoice = Fixture.bill(9, of: Month(year: 2026, month: 10), cents: 100_00, region: 3)
        let bills = plan.bills(from: BillID(1_000), replacing: invoice)
        #expect(bills.map(\.id.rawValue) == Array(1_000..<1_036))
        #expect(
            bills.map(\.month).first == Month(year: 2026, month: 11) && bills[2].month == Month(year: 2027, month: 1)
        )
        #expect(bills.allSatisfy { $0.product == invoice.product && $0.region == invoice.region })
    }

    @Test(arguments: [(100, 0), (100, 37), (100, -1), (2, 3), (0, 1)])
    func noPlanHasTooManyPartsOrPartsOfNothing(_ units: Int64, _ count: Int) {
        #expect(InstalmentPlan(of: Self.amount(units), count: count, from: Month(year: 2026, month: 1)) == nil)
    }

    @Test func anInvoiceInPartsIsPaidPartByPart() async throws {
        let clock = Fixture.clock()
        let pool = try Fixture.pool(.memory, clock: clock) { $0.shardCount = 1 }
        try await pool.openAccount(Self.firm, currency: .cny)
        let invoice = Fixture.bill(9, of: Fixture.november.previous, cents: 100)
        try await pool.issue(invoice, to: Self.firm)
        #expect(try await pool.account(Self.firm)?.openDue == Self.amount(100))
        let plan = try #require(InstalmentPlan(of: Self.amount(100), count: 3, from: Fixture.november))
        let lowered = Command(.adjust(invoice.id, by: Self.amount(100)), account: Self.firm, time: clock.wallTime)
        _ = await pool.submit([lowered])
        let bills = plan.bills(from: BillID(100), replacing: invoice)
        try await pool.issue(bills[0], to: Self.firm, key: Fixture.key(100))
        let early = try await pool.issue(bills[1], to: Self.firm, key: Fixture.key(101))
        #expect(early.refusal == .monthNotOver, "a part is a bill of its month, and not before")
        let view = try #require(try await pool.account(Self.firm))
        #expect(view.openDue == .zero && view.frozen == Self.amount(34), "nothing is overdue")
        #expect(try await pool.audit().conserved)
    }

    @Test func theScoreIsThirtyPercentPunctuality() {
        func score(_ inTime: Int, _ late: Int, alarm: Int? = 0, other: Int = 100) -> HealthScore {
            HealthScore(
                of: HealthScore.Facts(
                    billsPaidInTime: inTime,
                    billsLate: late,
                    monthsSinceAlarm: alarm,
                    otherPercent: other
                )
            )
        }
        #expect(score(10, 0).points == 100)
        #expect(score(0, 10).points == 70)
        #expect(score(1, 2).points == 80)
        #expect(score(0, 0, other: 0).points == 30, "who has had no bill was never late")
        #expect(score(1, 1, other: 50).points == 50)
        #expect(score(1, 0, alarm: 2).isMonitored == false)
        #expect(score(1, 0, alarm: 3).isMonitored && score(1, 0, alarm: nil).isMonitored)
        var sensible = HealthScore.Rules()
        sensible.monitorsAlarmFree = false
        let facts = HealthScore.Facts(billsPaidInTime: 1, billsLate: 0, monthsSinceAlarm: 3, otherPercent: 0)
        #expect(HealthScore(of: facts, by: sensible).isMonitored == false)
    }
}
