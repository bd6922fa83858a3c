import Settlement
import Testing

@Suite struct AlertWatchTests {
    private static let zone = ZoneRules.shanghai
    private static let begin = zone.at(2026, 11, 2, 10)
    private static let rules = AlertRules(creditBelow: Amount(minorUnits: 100))

    private static func watch(_ rules: AlertRules = rules, credit: Int64, cash: Int64 = 0) -> AlertWatch {
        AlertWatch(AccountID(1), rules: rules, figures: figures(credit, cash), at: begin)
    }

    private static func figures(_ credit: Int64, _ cash: Int64 = 0) -> AlertWatch.Figures {
        AlertWatch.Figures(credit: Amount(minorUnits: credit), cash: Amount(minorUnits: cash))
    }

    private static func day(_ count: Int) -> Timestamp { begin.adding(.days(count), in: zone) }

    @Test func warnsWhenCreditFallsAndOnFiveDaysMore() {
        var watch = Self.watch(credit: 150)
        #expect(watch.nextDue == nil)
        #expect(watch.learn(Self.figures(90), at: Self.begin).map(\.kind) == [Self.low(90, day: 0)])
        // Falling further is no news.
        #expect(watch.learn(Self.figures(80), at: Self.day(0)).isEmpty)
        let reminders = watch.advance(to: Self.day(30))
        #expect(reminders.map(\.kind) == (1...5).map { Self.low(80, day: $0) })
        #expect(reminders.map(\.time) == (1...5).map(Self.day))
        #expect(watch.nextDue == nil)
    }

    private static func low(_ credit: Int64, day: Int) -> Alert.Kind {
        .creditLow(credit: Amount(minorUnits: credit), threshold: Amount(minorUnits: 100), day: day)
    }

    @Test func whoIsBelowAlreadyHearsOfTheNextFall() {
        var watch = Self.watch(credit: 90)
        #expect(watch.advance(to: Self.day(3)).isEmpty)
        #expect(watch.learn(Self.figures(95), at: Self.day(3)).isEmpty)
        #expect(watch.learn(Self.figures(70), at: Self.day(4)).map(\.kind) == [Self.low(70, day: 0)])
    }

    @Test func belowZeroTheArrearsNoticesTakeOver() {
        var watch = Self.watch(credit: 150)
        _ = watch.learn(Self.figures(90), at: Self.begin)
        #expect(watch.learn(Self.figures(-1), at: Self.day(2)).map(\.time) == [Self.day(1)])
        #expect(watch.advance(to: Self.day(9)).isEmpty)
        // Not by falling again from below zero, but by falling again.
        #expect(watch.learn(Self.figures(50), at: Self.day(9)).isEmpty)
        #expect(watch.learn(Self.figures(200), at: Self.day(10)).isEmpty)
        #expect(watch.learn(Self.figures(0), at: Self.day(11)).map(\.kind) == [Self.low(0, day: 0)])
    }

    @Test func aRechargeEndsTheReminders() {
        var watch = Self.watch(credit: 150)
        _ = watch.learn(Self.figures(90), at: Self.begin)
        #expect(watch.learn(Self.figures(100), at: Self.day(2)).count == 1)
        #expect(watch.advance(to: Self.day(9)).isEmpty)
    }

    @Test func halfOfTheAmountAndTheNearFreezeAreToldOnce() {
        let rules = AlertRules(cashSharePercent: 50, cashBelow: Amount(minorUnits: 800))
        var watch = Self.watch(rules, credit: 2_000, cash: 2_000)
        #expect(watch.learn(Self.figures(0, 1_000), at: Self.begin).isEmpty)
        #expect(
            watch.learn(Self.figures(0, 999), at: Self.begin).map(\.kind)
                == [.cashShareLow(cash: Amount(minorUnits: 999), of: Amount(minorUnits: 2_000))]
        )
        #expect(
            watch.learn(Self.figures(0, 799), at: Self.begin).map(\.kind)
                == [.freezeNear(cash: Amount(minorUnits: 799), threshold: Amount(minorUnits: 800))]
        )
        #expect(watch.learn(Self.figures(0, 500), at: Self.begin).isEmpty)
        // A recharge is the new whole.
        #expect(watch.learn(Self.figures(0, 3_000), at: Self.begin).isEmpty)
        #expect(watch.learn(Self.figures(0, 1_499), at: Self.begin).count == 1)
    }

    @Test func meansOfPaymentAreCheckedOnTheSeventh() {
        var watch = Self.watch(AlertRules(paymentCheckDay: 7), credit: 0)
        let alerts = watch.advance(to: Self.zone.at(2027, 3, 7, 9))
        #expect(alerts.allSatisfy { $0.kind == .paymentMethodCheck })
        #expect(
            alerts.map(\.time) == [
                Self.zone.at(2026, 11, 7, 9), Self.zone.at(2026, 12, 7, 9), Self.zone.at(2027, 1, 7, 9),
                Self.zone.at(2027, 2, 7, 9), Self.zone.at(2027, 3, 7, 9),
            ]
        )
    }

    /// In one step or in many: the same alerts.
    @Test(arguments: 0..<20 as Range<UInt64>) func timeMayPassInSteps(_ seed: UInt64) {
        var numbers = SeededNumbers(seed: seed)
        var (stepping, jumping) = (Self.watch(.scenario, credit: 20_000), Self.watch(.scenario, credit: 20_000))
        var (told, expected): ([Alert], [Alert]) = ([], [])
        for day in 1..<90 {
            told += stepping.advance(to: Timestamp(nanoseconds: Self.day(day).rawValue - 1))
            if Int.random(in: 0..<10, using: &numbers) == 0 {
                let figures = Self.figures(
                    Int64.random(in: -100...20_000, using: &numbers),
                    Int64.random(in: 0...200_000, using: &numbers)
                )
                told += stepping.learn(figures, at: Self.day(day))
                expected += jumping.learn(figures, at: Self.day(day))
            }
        }
        told += stepping.advance(to: Self.day(100))
        expected += jumping.advance(to: Self.day(100))
        #expect(told == expected)
    }
}

@Suite struct BudgetBookTests {
    private static let zone = ZoneRules.shanghai
    private static let group = BudgetGroup(1)

    private static func spend(_ book: inout BudgetBook, _ amount: Int64, at time: Timestamp) -> [BudgetBook.Event] {
        book.spend(Amount(minorUnits: amount), by: AccountID(1), of: group, at: time)
    }

    @Test func warnsAtEachStepOnceAPeriod() {
        let budget = Budget(group: Self.group, period: .quarter, limit: Amount(minorUnits: 1_000))
        var book = BudgetBook([budget])
        let (january, march, april) = (
            Self.zone.at(2026, 1, 1), Self.zone.at(2026, 3, 31, 23, 59), Self.zone.at(2026, 4, 1)
        )
        #expect(Self.spend(&book, 799, at: january).isEmpty)
        #expect(Self.percents(Self.spend(&book, 1, at: march)) == [80])
        #expect(Self.percents(Self.spend(&book, 150, at: march)).isEmpty)
        #expect(Self.percents(Self.spend(&book, 50, at: march)) == [100])
        #expect(book.spent(Self.group, .quarter, at: march) == Amount(minorUnits: 1_000))
        #expect(book.spent(Self.group, .quarter, at: april) == .zero)
        // Both steps at once are one warning; what comes late belongs to a period that is over.
        #expect(Self.percents(Self.spend(&book, 1_000, at: april)) == [100])
        #expect(Self.spend(&book, 9_000, at: march).isEmpty)
        #expect(book.spent(Self.group, .quarter, at: april) == Amount(minorUnits: 1_000))
        #expect(book.spend(Amount(minorUnits: 9_000), by: AccountID(1), of: BudgetGroup(2), at: april).isEmpty)
    }

    private static func percents(_ events: [BudgetBook.Event]) -> [Int] {
        events.compactMap { event in
            guard case .alert(let alert) = event, case .budgetSpent(_, let percent, _, _) = alert.kind else {
                return nil
            }
            return percent
        }
    }

    @Test func topsUpInStepsUpToTheCap() {
        let rule = Budget.AutoRecharge(
            account: AccountID(9),
            step: Amount(minorUnits: 100),
            cap: Amount(minorUnits: 250)
        )
        let budget = Budget(
            group: Self.group,
            period: .month,
            limit: Amount(minorUnits: 1_000),
            warnings: [],
            autoRecharge: rule
        )
        var book = BudgetBook([budget])
        let time = Self.zone.at(2026, 11, 5)
        var requests: [RechargeRequest] = []
        for amount in [1_000, 1, 99, 1, 500, 10_000] as [Int64] {
            for case .recharge(let request) in Self.spend(&book, amount, at: time) { requests.append(request) }
        }
        #expect(requests.map(\.amount.minorUnits) == [100, 100, 50])
        #expect(requests.allSatisfy { $0.account == AccountID(9) } && Set(requests.map(\.key)).count == 3)
        // Another life that learns all at once asks for the same.
        var again = BudgetBook([budget])
        let repeated = Self.spend(&again, 10_601, at: time).compactMap { event in
            if case .recharge(let request) = event { request } else { nil }
        }
        #expect(repeated == requests)
        let next = Self.spend(&book, 1_001, at: Self.zone.at(2026, 12, 1))
        guard case .recharge(let request) = next.first else {
            Issue.record("no recharge in the new month")
            return
        }
        #expect(request.amount.minorUnits == 100 && !requests.map(\.key).contains(request.key))
    }
}
