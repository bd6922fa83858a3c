import SettlementLedger
import Testing

@Suite struct StandingTests {
    struct Case: Sendable {
        var state: Standing.State
        var credit: Int64
        var hasDueBills = false
        var quota: Int64?
        var until: Int64?
        var deferred = false
        var comparison = LedgerPolicy.RestartComparison.above
        var floor: Int64 = 0
        var expected: Standing.State
    }

    static let cases: [Case] = [
        // Good standing ends below zero, not at zero, and not because a bill is due.
        Case(state: .good, credit: 0, hasDueBills: true, expected: .good),
        Case(state: .good, credit: -1, hasDueBills: true, expected: .arrears),
        Case(state: .good, credit: -1, expected: .arrears),
        // Arrears end above the floor, or at it, once no bill is due.
        Case(state: .arrears, credit: 0, expected: .arrears),
        Case(state: .arrears, credit: 1, expected: .good),
        Case(state: .arrears, credit: 1, hasDueBills: true, expected: .arrears),
        Case(state: .arrears, credit: 0, comparison: .atLeast, expected: .good),
        Case(state: .arrears, credit: 10_000, floor: 10_000, expected: .arrears),
        Case(state: .arrears, credit: 10_001, floor: 10_000, expected: .good),
        Case(state: .arrears, credit: 10_000, comparison: .atLeast, floor: 10_000, expected: .good),
        Case(state: .arrears, credit: 9_999, comparison: .atLeast, floor: 10_000, expected: .arrears),
        // The floor does not end good standing.
        Case(state: .good, credit: 5, floor: 10_000, expected: .good),
        // A deferral covers up to its quota and until its end, both included.
        Case(state: .good, credit: -100, quota: 100, deferred: true, expected: .good),
        Case(state: .good, credit: -101, quota: 100, deferred: true, expected: .arrears),
        Case(state: .good, credit: -999, until: 50, deferred: true, expected: .good),
        Case(state: .good, credit: -999, until: 49, deferred: true, expected: .arrears),
        Case(state: .good, credit: -100, quota: 100, until: 49, deferred: true, expected: .arrears),
        Case(state: .arrears, credit: -100, hasDueBills: true, quota: 100, deferred: true, expected: .good),
        Case(state: .arrears, credit: -101, hasDueBills: true, quota: 100, deferred: true, expected: .arrears),
        Case(state: .arrears, credit: -999, hasDueBills: true, deferred: true, expected: .good),
    ]

    @Test(arguments: cases) func theRuleOfArrears(_ row: Case) {
        let policy = LedgerPolicy(restartFloor: [.cny: units(row.floor)], comparison: row.comparison)
        let deferral =
            row.deferred
            ? Deferral(quota: row.quota.map(units), until: row.until.map { Timestamp(rawValue: $0) }) : nil
        let state = policy.state(
            after: row.state,
            availableCredit: units(row.credit),
            hasDueBills: row.hasDueBills,
            deferral: deferral,
            currency: .cny,
            at: Timestamp(rawValue: 50)
        )
        #expect(state == row.expected)
    }

    @Test func eachChangeIsANotificationWithTheNextEpoch() {
        let bench = Bench()
        #expect(bench.bill(1, 50, region: 3).standingChanged)
        #expect(bench.standing == .arrears(1))
        bench.bill(2, 30, region: 60)
        #expect(!bench.recharge(79).standingChanged)
        #expect(!bench.recharge(1).standingChanged, "all bills are settled, but credit is not above zero")
        #expect(bench.recharge(1).standingChanged)
        #expect(bench.standing == .good(2))
        let changes = bench.entries.compactMap(\.standingChange)
        #expect(
            changes == [
                StandingChange(
                    account: bench.account,
                    standing: .arrears(1),
                    regions: RegionSet(RegionID(3)),
                    time: bench.time
                ),
                StandingChange(
                    account: bench.account,
                    standing: .good(2),
                    regions: [RegionSet(RegionID(3)), RegionSet(RegionID(60))],
                    time: bench.time
                ),
            ]
        )
    }

    @Test func theTencentRuleRestartsAtZero() {
        let bench = Bench(policy: LedgerPolicy(comparison: .atLeast))
        bench.bill(1, 50)
        #expect(bench.recharge(50).standing == .good(2))
    }

    /// A bill of 5,000 against a balance of 1,000 and a quota of 100: the debt of 4,000 is not covered.
    @Test func theDeferralIsNoCapOnDebt() {
        let bench = Bench()
        bench.recharge(1_000)
        bench.apply(.setDeferral(Deferral(quota: units(100))))
        bench.bill(1, 1_100)
        #expect(bench.standing == .good(0))
        bench.bill(2, 3_900)
        #expect(bench.standing == .arrears(1))
        #expect(bench.view.availableCredit == units(-4_000))
        bench.apply(.setDeferral(Deferral()))
        #expect(bench.standing == .good(2))
        bench.apply(.clearDeferral)
        #expect(bench.standing == .arrears(3))
    }

    @Test func reassessingFindsAnExpiredDeferral() {
        let bench = Bench()
        bench.apply(.setDeferral(Deferral(until: bench.time)))
        bench.bill(1, 10)
        #expect(bench.standing == .good(0))
        #expect(bench.kinds { bench.apply(.reassess) } == [])
        bench.time.rawValue += 1
        #expect(bench.kinds { bench.apply(.reassess) } == [.standingChanged])
        #expect(bench.standing == .arrears(1))
    }

    @Test(arguments: ["manual", "adjust", "chargeOff", "refund", "limit"])
    func everyWayOutOfDebtPassesTheClearingEdge(way: String) {
        let bench = Bench(creditLimit: 1)
        bench.apply(.setAutomaticWriteOff(false))
        bench.bill(1, 50)
        #expect(bench.standing == .arrears(1))
        switch way {
        case "manual":
            bench.recharge(50)
            #expect(bench.standing == .arrears(1))
            bench.apply(.writeOff(BillID(1)))
        case "adjust": bench.apply(.adjust(BillID(1), by: units(50)))
        case "chargeOff": bench.apply(.chargeOff(BillID(1)))
        case "refund":
            bench.apply(.setAutomaticWriteOff(true))
            bench.apply(.refund(units(50), month: Month(rawValue: Bench.month.rawValue - 1)))
        default:
            bench.apply(.setCreditLimit(units(1_000)))
            #expect(bench.standing == .arrears(1), "a bill is still due")
            bench.apply(.chargeOff(BillID(1)))
        }
        #expect(bench.standing == .good(2))
        #expect(bench.audit.findings == [])
    }

    @Test func aLateBillMeansArrearsAgainWithAHigherEpoch() {
        let bench = Bench()
        bench.bill(1, 50)
        bench.recharge(60)
        #expect(bench.standing == .good(2))
        bench.bill(2, 11)
        #expect(bench.standing == .arrears(3))
    }
}
