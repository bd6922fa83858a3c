import Settlement
import SettlementTestKit
import Testing

@Suite struct ArrearsCaseTests {
    static let zone = ZoneRules.utc

    /// Warned 10 days after the earliest open bill, blocked after 20: the ladder of a bug report against Kill Bill (#2297).
    static func ladder(_ relief: ArrearsPolicy.Relief) -> ArrearsPolicy {
        ArrearsPolicy(
            name: "ladder",
            summary: "",
            timeZone: zone,
            relief: relief,
            stages: [
                .init("warning", since: .earliestOverdueBill, after: .days(10), [.remind, .blockPurchases]),
                .init("blocked", since: .earliestOverdueBill, after: .days(20), [.suspendAll]),
            ]
        )
    }

    private func lines(_ events: [ArrearsEvent]) -> [String] { events.map { PolicyWalk.line($0, Self.zone) } }

    private func owing(since day: Int) -> ArrearsFacts {
        ArrearsFacts(earliestOverdueBill: Self.zone.at(2026, 1, day), owed: Amount(minorUnits: 1), overdueBills: 1)
    }

    @Test func payingTheOldestBillCountsAnewAndSkipsNoWarning() {
        var arrears = ArrearsCase(policy: Self.ladder(.reanchoring), at: Self.zone.at(2026, 1, 1))
        _ = arrears.adopt(owing(since: 1), at: Self.zone.at(2026, 1, 1))
        #expect(
            lines(arrears.advance(to: Self.zone.at(2026, 1, 15))) == [
                "2026-01-11 00:00:00 warning: remind", "2026-01-11 00:00:00 warning: blockPurchases",
            ]
        )
        // The bill of the 1st is paid on the 15th; the next one is of the 9th. Without counting anew the account would be
        // blocked on the 21st, and no warning told.
        #expect(
            lines(arrears.adopt(owing(since: 9), at: Self.zone.at(2026, 1, 15))) == [
                "2026-01-15 00:00:00 warning: no more blockPurchases"
            ]
        )
        #expect(arrears.nextDue == Self.zone.at(2026, 1, 19))
        #expect(
            lines(arrears.advance(to: Self.zone.at(2026, 2, 28))) == [
                "2026-01-19 00:00:00 warning: remind", "2026-01-19 00:00:00 warning: blockPurchases",
                "2026-01-29 00:00:00 blocked: suspendAll",
            ]
        )
    }

    @Test func restrictionsThatWaitForClearingOutlastAPartialPayment() {
        var arrears = ArrearsCase(policy: Self.ladder(.clearing), at: Self.zone.at(2026, 1, 1))
        _ = arrears.adopt(owing(since: 1), at: Self.zone.at(2026, 1, 1))
        _ = arrears.advance(to: Self.zone.at(2026, 1, 25))
        #expect(arrears.restrictions.map(\.action) == [.blockPurchases, .suspendAll])
        #expect(arrears.adopt(owing(since: 20), at: Self.zone.at(2026, 1, 25)).isEmpty)
        #expect(arrears.suspendedSince == Self.zone.at(2026, 1, 21))
        #expect(lines(arrears.advance(to: Self.zone.at(2026, 2, 28))) == ["2026-01-30 00:00:00 warning: remind"])
        #expect(
            lines(arrears.adopt(.clear, at: Self.zone.at(2026, 3, 1))) == [
                "2026-03-01 00:00:00 blocked: no more suspendAll",
                "2026-03-01 00:00:00 warning: no more blockPurchases",
                "2026-03-01 00:00:00 cleared",
            ]
        )
    }

    @Test func whatIsPastByTheNewCountTooIsNotToldTwice() {
        var arrears = ArrearsCase(policy: Self.ladder(.reanchoring), at: Self.zone.at(2026, 1, 1))
        _ = arrears.adopt(owing(since: 1), at: Self.zone.at(2026, 1, 1))
        _ = arrears.advance(to: Self.zone.at(2026, 1, 18))
        #expect(arrears.adopt(owing(since: 3), at: Self.zone.at(2026, 1, 18)).isEmpty)
        #expect(arrears.nextDue == Self.zone.at(2026, 1, 23))
    }

    @Test func aBillLearntLateIsDueAtOnceAndTheStagesKeepTheirOrder() {
        var arrears = ArrearsCase(policy: Self.ladder(.clearing), at: Self.zone.at(2026, 3, 1))
        #expect(
            lines(arrears.adopt(owing(since: 1), at: Self.zone.at(2026, 3, 1))) == [
                "2026-03-01 00:00:00 warning: remind", "2026-03-01 00:00:00 warning: blockPurchases",
                "2026-03-01 00:00:00 blocked: suspendAll",
            ]
        )
    }

    @Test func dailyNoticesLearntLateAreOneNotice() {
        var arrears = ArrearsCase(policy: .aliyunECSChina, at: Self.zone.at(2026, 3, 10))
        let facts = ArrearsFacts(deferralStart: Self.zone.at(2026, 3, 1, 8))
        #expect(arrears.adopt(facts, at: Self.zone.at(2026, 3, 10)).count == 1)
        #expect(arrears.nextDue == Self.zone.at(2026, 3, 10, 8))
    }

    @Test func sameFactsAgainTellNothing() {
        var arrears = ArrearsCase(policy: .aliyunECSChina, at: Self.zone.at(2026, 1, 1))
        let facts = ArrearsFacts(arrearsStart: Self.zone.at(2026, 1, 2))
        #expect(arrears.adopt(facts, at: Self.zone.at(2026, 1, 2)).count == 3)
        #expect(arrears.adopt(facts, at: Self.zone.at(2026, 1, 2)).isEmpty)
        #expect(arrears.adopt(facts, at: Self.zone.at(2026, 1, 3)).isEmpty)
    }

    @Test func aStopThatDoesNotResumeByItselfAwaitsItsUser() {
        var policy = ArrearsPolicy.aliyunECSChina
        policy.resumes = []
        var arrears = ArrearsCase(policy: policy, at: Self.zone.at(2026, 1, 1))
        _ = arrears.adopt(ArrearsFacts(arrearsStart: Self.zone.at(2026, 1, 2)), at: Self.zone.at(2026, 1, 2))
        #expect(
            lines(arrears.adopt(.clear, at: Self.zone.at(2026, 1, 3))) == [
                "2026-01-03 00:00:00 stopped: no more blockPurchases", "2026-01-03 00:00:00 cleared, awaits its user",
            ]
        )
        // A stop whose debt is settled is not released any more for its age in arrears.
        #expect(
            lines(arrears.userResumed(at: Self.zone.at(2026, 1, 4))) == [
                "2026-01-04 00:00:00 stopped: no more suspendAll"
            ]
        )
        #expect(arrears.userResumed(at: Self.zone.at(2026, 1, 5)).isEmpty)
    }

    @Test func whatIsReleasedDoesNotComeBack() {
        var arrears = ArrearsCase(policy: .awsChina, at: Self.zone.at(2026, 1, 1))
        _ = arrears.adopt(ArrearsFacts(notice: Self.zone.at(2026, 1, 2)), at: Self.zone.at(2026, 1, 2))
        _ = arrears.advance(to: Self.zone.at(2027, 1, 1))
        #expect(arrears.finalActions == [.restorationFee, .release, .purge])
        #expect(arrears.adopt(.clear, at: Self.zone.at(2027, 1, 2)).last?.kind == .clearedAwaitingUser)
        #expect(arrears.isReleased && arrears.restrictions.isEmpty && !arrears.awaitsUser)
    }

    @Test func creditBelowTheFloorKeepsTheCaseOpenWithoutABill() {
        var arrears = ArrearsCase(policy: .aliyunECSInternational, at: Self.zone.at(2026, 1, 1))
        var facts = owing(since: 1)
        facts.arrearsStart = Self.zone.at(2026, 1, 1)
        _ = arrears.adopt(facts, at: Self.zone.at(2026, 1, 1))
        facts.earliestOverdueBill = nil
        #expect(arrears.adopt(facts, at: Self.zone.at(2026, 1, 2)).isEmpty)
        #expect(arrears.adopt(.clear, at: Self.zone.at(2026, 1, 3)).last?.kind == .cleared)
    }

    /// Facts that change at random, told at once or in pieces: the same events, and nothing in force without its reason.
    @Test(arguments: 0..<40)
    func everyWalkTellsTheSame(_ seed: UInt64) {
        for policy in ArrearsPolicy.shipped + [Self.ladder(.reanchoring), Self.ladder(.clearing)] {
            var generator = SeededNumbers(seed: seed)
            var told = [ArrearsCase](repeating: ArrearsCase(policy: policy, at: Self.zone.at(2026, 1, 1)), count: 2)
            var events: [[ArrearsEvent]] = [[], []]
            var now = Self.zone.at(2026, 1, 1)
            for _ in 0..<30 {
                let later = now.adding(.hours(Int64.random(in: 0...900, using: &generator)), in: .utc)
                while now < later {
                    now = min(later, now.adding(.hours(Int64.random(in: 1...100, using: &generator)), in: .utc))
                    events[0] += told[0].advance(to: Timestamp(nanoseconds: now.rawValue - 1))
                }
                let facts = randomFacts(before: now, using: &generator)
                for index in told.indices { events[index] += told[index].adopt(facts, at: now) }
            }
            #expect(events[0] == events[1])
            #expect(zip(events[0], events[0].dropFirst()).allSatisfy { $0.time <= $1.time })
            for index in told.indices { _ = told[index].adopt(.clear, at: now) }
            #expect(told[0] == told[1])
            #expect(told[0].restrictions.isEmpty || told[0].awaitsUser)
        }
    }

    private func randomFacts(before now: Timestamp, using generator: inout SeededNumbers) -> ArrearsFacts {
        func maybe(_ days: Range<Int>) -> Timestamp? {
            Bool.random(using: &generator) ? now.adding(.days(-Int.random(in: days, using: &generator)), in: .utc) : nil
        }
        return ArrearsFacts(
            arrearsStart: maybe(0..<5),
            deferralStart: maybe(0..<5),
            earliestOverdueBill: maybe(0..<60),
            notice: maybe(0..<100),
            expiry: maybe(-60..<60),
            owed: Amount(minorUnits: .random(in: 0...1_000, using: &generator))
        )
    }
}

/// A small generator for tests.
struct SeededNumbers: RandomNumberGenerator {
    private var state: UInt64
    init(seed: UInt64) { state = seed }
    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = (state ^ (state >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}
