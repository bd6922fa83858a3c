import Settlement
import Testing

@Suite struct ArrearsBookTests {
    static let zone = ZoneRules.shanghai
    static let begin = zone.at(2026, 1, 1)

    /// Facts at random times: the book tells what a case alone tells, in the order of time, then of account.
    @Test(arguments: ArrearsPolicy.shipped)
    func tellsWhatEachCaseAloneTells(_ policy: ArrearsPolicy) {
        var numbers = SeededNumbers(seed: 3)
        var book = ArrearsBook(policy: policy, at: Self.begin)
        var alone = [ArrearsCase](repeating: ArrearsCase(policy: policy, at: Self.begin), count: 20)
        var told: [ArrearsBook.Event] = []
        var expected = [[ArrearsEvent]](repeating: [], count: alone.count)
        for day in 1..<400 {
            let now = Self.begin.adding(.days(day), in: Self.zone)
            book.advance(to: Timestamp(nanoseconds: now.rawValue - 1), into: &told)
            let index = Int.random(in: alone.indices, using: &numbers)
            let facts = Bool.random(using: &numbers) ? Self.trouble(at: now) : .clear
            book.adopt(facts, of: AccountID(UInt64(index)), at: now, into: &told)
            expected[index] += alone[index].adopt(facts, at: now)
        }
        let end = Self.begin.adding(.days(900), in: Self.zone)
        book.advance(to: end, into: &told)
        for index in alone.indices {
            expected[index] += alone[index].advance(to: end)
            #expect(told.filter { $0.account.rawValue == UInt64(index) }.map(\.event) == expected[index])
        }
        #expect(zip(told, told.dropFirst()).allSatisfy { $0.event.time <= $1.event.time })
    }

    private static func trouble(at now: Timestamp) -> ArrearsFacts {
        ArrearsFacts(arrearsStart: now, earliestOverdueBill: now, notice: now, expiry: now, overdueBills: 1)
    }

    @Test func anAccountThatHasPaidTakesNoRoom() {
        var book = ArrearsBook(policy: .aliyunECSChina, at: Self.begin)
        var events: [ArrearsBook.Event] = []
        for account in 0..<100 as Range<UInt64> {
            book.adopt(ArrearsFacts(arrearsStart: Self.begin), of: AccountID(account), at: Self.begin, into: &events)
        }
        #expect(book.count == 100 && book.nextDue == Self.begin.adding(.days(15), in: Self.zone))
        for account in 0..<100 as Range<UInt64> {
            book.adopt(.clear, of: AccountID(account), at: Self.begin, into: &events)
        }
        #expect(book.count == 0 && book.nextDue == nil)
        events.removeAll()
        book.advance(to: Self.zone.at(2027, 1, 1), into: &events)
        #expect(events.isEmpty)
    }

    @Test func whatFallsDueTogetherComesByAccount() {
        var book = ArrearsBook(policy: .aliyunECSChina, at: Self.begin)
        var events: [ArrearsBook.Event] = []
        for account in [5, 2, 9] as [UInt64] {
            book.adopt(ArrearsFacts(arrearsStart: Self.begin), of: AccountID(account), at: Self.begin, into: &events)
        }
        events.removeAll()
        book.advance(to: Self.zone.at(2027, 1, 1), into: &events)
        #expect(events.map(\.account.rawValue) == [2, 5, 9])
        #expect(events.map(\.event.kind) == Array(repeating: .act(.release), count: 3))
        #expect(book[AccountID(5)]?.isReleased == true)
    }
}

@Suite struct ArrearsFactsTests {
    private func view(_ state: Standing.State, credit: Int64) -> AccountView {
        AccountView(
            id: AccountID(1),
            currency: .cny,
            cash: .zero,
            frozen: .zero,
            creditLimit: .zero,
            refunds: .zero,
            openDue: Amount(minorUnits: 30),
            openCount: 3,
            availableCredit: Amount(minorUnits: credit),
            standing: Standing(state: state, epoch: 1),
            regions: [],
            autoWriteOff: true,
            deferral: nil
        )
    }

    @Test func aBillIsOverdueFromTheEndOfItsMonthOrItsIssue() {
        let zone = ZoneRules.shanghai
        let since = zone.at(2026, 11, 2)
        var late = Fixture.bill(1, of: Fixture.october, cents: 10)
        late.created = zone.at(2026, 11, 5)
        let bills = [
            BillView(bill: late, outstanding: Amount(minorUnits: 10), isFrozen: false),
            BillView(
                bill: Fixture.bill(2, of: Fixture.october, cents: 20),
                outstanding: Amount(minorUnits: 20),
                isFrozen: false
            ),
            BillView(
                bill: Fixture.bill(3, of: Month(year: 2026, month: 9), cents: 5),
                outstanding: .zero,
                isFrozen: false
            ),
            BillView(
                bill: Fixture.bill(4, of: Fixture.november, cents: 5),
                outstanding: Amount(minorUnits: 5),
                isFrozen: true
            ),
        ]
        #expect(late.dueTime(in: zone) == zone.at(2026, 11, 5))
        let facts = ArrearsFacts(account: view(.arrears, credit: -30), bills: bills, since: since, zone: zone)
        let expected = ArrearsFacts(
            arrearsStart: since,
            earliestOverdueBill: zone.at(2026, 11, 1),
            owed: Amount(minorUnits: 30),
            overdueBills: 2
        )
        #expect(facts == expected)
        // In debt and in good standing: a deferral covers it.
        let deferred = ArrearsFacts(account: view(.good, credit: -30), bills: [], since: since, zone: zone)
        #expect(deferred.deferralStart == since && deferred.arrearsStart == nil)
        let clear = ArrearsFacts(account: view(.good, credit: 0), bills: [], since: since, zone: zone)
        #expect(clear.deferralStart == nil && clear.arrearsStart == nil)
    }
}
