import Testing

@testable import Settlement

/// "Paid, why still stopped?": each situation with the true reason.
@Suite struct ExplanationTests {
    static let zone = ZoneRules.shanghai
    static let now = zone.at(2026, 11, 20, 12)
    static let since = zone.at(2026, 11, 20, 11)
    static let sweep = zone.at(2026, 11, 20, 12, 10)
    static let soon = zone.at(2026, 11, 20, 12, 1)
    static let id = InstanceID(7)

    /// An account in good standing that was in arrears before: epoch 2, a credit of CNY 50.
    static func account(_ change: (inout AccountView) -> Void = { _ in }) -> AccountView {
        var view = AccountView(
            id: AccountID(1),
            currency: .cny,
            cash: Amount(minorUnits: 50_00),
            frozen: .zero,
            creditLimit: .zero,
            refunds: .zero,
            openDue: .zero,
            openCount: 0,
            availableCredit: Amount(minorUnits: 50_00),
            standing: Standing(state: .good, epoch: 2),
            regions: RegionSet(RegionID(3)),
            autoWriteOff: true,
            deferral: nil
        )
        change(&view)
        return view
    }

    /// The same in arrears with two bills of October, CNY 30 and CNY 40, and CNY 5 of cash.
    static func inArrears(_ change: (inout AccountView) -> Void = { _ in }) -> RestartSituation {
        let view = account {
            $0.cash = Amount(minorUnits: 5_00)
            $0.openDue = Amount(minorUnits: 70_00)
            $0.openCount = 2
            $0.availableCredit = Amount(minorUnits: -65_00)
            $0.standing = Standing(state: .arrears, epoch: 1)
            change(&$0)
        }
        let bills = [(1, 30_00), (2, 40_00)].map { id, cents in
            BillView(
                bill: Fixture.bill(UInt64(id), of: Fixture.october, cents: Int64(cents)),
                outstanding: Amount(minorUnits: Int64(cents)),
                isFrozen: false
            )
        }
        return RestartSituation(at: now, account: view, bills: bills, standingSince: since)
    }

    /// An account in good standing with one instance that was stopped in epoch 1, as its region sees it.
    static func settled(
        _ activity: InstanceStatus.Activity = .none,
        isReachable: Bool = true,
        _ change: (inout Instance) -> Void = { _ in }
    ) -> RestartSituation {
        var instance = Instance(
            id: id,
            account: AccountID(1),
            state: .stopped,
            locks: .financial,
            mark: SuspensionMark(epoch: 1, priorState: .running)
        )
        change(&instance)
        return RestartSituation(
            at: now,
            account: account(),
            standingSince: since,
            regions: [
                RegionStatus(
                    region: RegionID(3),
                    isReachable: isReachable,
                    instances: [InstanceStatus(instance, activity)],
                    nextSweep: sweep
                )
            ]
        )
    }

    struct Row: CustomTestStringConvertible {
        var name: String
        var situation: RestartSituation
        var expected: Explanation
        var testDescription: String { name }
    }

    private static func cny(_ cents: Int64) -> Money { Money(Amount(minorUnits: cents), .cny) }

    private static func changed(
        _ situation: RestartSituation,
        _ change: (inout RestartSituation) -> Void
    ) -> RestartSituation {
        var situation = situation
        change(&situation)
        return situation
    }

    private static func arrearsCase(_ policy: ArrearsPolicy, until time: Timestamp, settledAt: Timestamp? = nil)
        -> ArrearsCase
    {
        var arrears = ArrearsCase(
            policy: policy,
            facts: ArrearsFacts(arrearsStart: zone.at(2026, 11, 1)),
            at: zone.at(2026, 11, 1)
        )
        _ = arrears.advance(to: time)
        if let settledAt { _ = arrears.adopt(.clear, at: settledAt) }
        return arrears
    }

    private static func prepaid(at time: Timestamp) -> PrepaidLife {
        var life = PrepaidLife(terms: .aliyunSimpleServer, expiry: zone.at(2026, 11, 1), at: zone.at(2026, 10, 1))
        _ = life.advance(to: time)
        return life
    }

    private static let letter = DeadLetter.Reason.attemptsExhausted(last: .unavailable)

    static let ledgerRows: [Row] = [
        Row(
            name: "no account",
            situation: RestartSituation(at: now, account: nil),
            expected: Explanation(.unknownAccount)
        ),
        Row(
            name: "one of two bills is paid for",
            situation: inArrears(),
            expected: Explanation(
                .billOpen(BillID(1), outstanding: cny(30_00), owed: cny(70_00), count: 2),
                since: zone.at(2026, 11, 1),
                remedies: [.recharge(cny(65_01)), .payBill(BillID(1))]
            )
        ),
        Row(
            name: "a note pays old bills, vouchers and cards do not",
            situation: inArrears {
                $0.notes = Amount(minorUnits: 10_00)
                $0.vouchers = Amount(minorUnits: 90_00)
                $0.cards = Amount(minorUnits: 10_00)
                $0.availableCredit = Amount(minorUnits: -55_00)
            },
            expected: Explanation(
                .billOpen(BillID(1), outstanding: cny(30_00), owed: cny(70_00), count: 2),
                since: zone.at(2026, 11, 1),
                remedies: [.recharge(cny(55_01)), .payBill(BillID(1)), .useOtherFunds(insteadOf: cny(100_00))]
            )
        ),
        Row(
            name: "vouchers are no credit, but pay this month's bills by hand",
            situation: changed(
                inArrears {
                    $0.openDue = .zero
                    $0.frozen = Amount(minorUnits: 70_00)
                    $0.vouchers = Amount(minorUnits: 90_00)
                }
            ) { $0.bills = [] },
            expected: Explanation(
                .creditTooLow(available: cny(-65_00), floor: cny(0)),
                since: since,
                remedies: [.recharge(cny(65_01)), .useGrants(cny(90_00))]
            )
        ),
        Row(
            name: "the policy goes on meanwhile",
            situation: changed(inArrears()) { $0.arrears = arrearsCase(.aliyunECSChina, until: zone.at(2026, 11, 10)) },
            expected: Explanation(
                .billOpen(BillID(1), outstanding: cny(30_00), owed: cny(70_00), count: 2),
                since: zone.at(2026, 11, 1),
                next: .stage("released", actions: [.release]),
                at: zone.at(2026, 11, 16),
                remedies: [.recharge(cny(65_01)), .payBill(BillID(1))]
            )
        ),
        Row(
            name: "the bank transfer has not arrived",
            situation: changed(inArrears()) {
                $0.pendingFunds = [.init(Amount(minorUnits: 100_00), paid: since, clears: zone.at(2026, 11, 23))]
            },
            expected: Explanation(
                .fundsNotCleared(cny(100_00)),
                since: since,
                next: .fundsArrive,
                at: zone.at(2026, 11, 23),
                remedies: [.wait]
            )
        ),
        Row(
            name: "what arrives is not enough",
            situation: changed(inArrears()) { $0.pendingFunds = [.init(Amount(minorUnits: 60_00), paid: since)] },
            expected: Explanation(
                .billOpen(BillID(1), outstanding: cny(30_00), owed: cny(70_00), count: 2),
                since: zone.at(2026, 11, 1),
                remedies: [.recharge(cny(5_01)), .payBill(BillID(1))]
            )
        ),
        Row(
            name: "automatic write-off is off",
            situation: inArrears {
                $0.cash = Amount(minorUnits: 35_00)
                $0.availableCredit = Amount(minorUnits: -35_00)
                $0.autoWriteOff = false
            },
            expected: Explanation(
                .automaticWriteOffIsOff(BillID(1)),
                since: zone.at(2026, 11, 1),
                remedies: [.switchOnAutomaticWriteOff, .payBill(BillID(1))]
            )
        ),
        Row(
            name: "all bills are paid to the last cent, and a restart takes more than nothing",
            situation: changed(
                inArrears {
                    $0.cash = .zero; $0.openDue = .zero; $0.openCount = 0; $0.availableCredit = .zero
                }
            ) { $0.bills = [] },
            expected: Explanation(
                .creditTooLow(available: cny(0), floor: cny(0)),
                since: since,
                remedies: [.recharge(cny(1))]
            )
        ),
        Row(
            name: "released while in arrears",
            situation: changed(inArrears()) { $0.arrears = arrearsCase(.aliyunECSChina, until: now) },
            expected: Explanation(.released, remedies: [.orderAnew])
        ),
        Row(
            name: "prepaid: a recharge is not a renewal",
            situation: changed(settled()) { $0.prepaid = prepaid(at: now) },
            expected: Explanation(
                .prepaidExpired,
                since: zone.at(2026, 11, 1),
                next: .stage("released", actions: [.release]),
                at: zone.at(2026, 12, 1),
                remedies: [.renew]
            )
        ),
        Row(
            name: "runs on in debt under a deferral",
            situation: changed(
                settled {
                    $0.state = .running; $0.mark = nil; $0.locks = []
                }
            ) {
                $0.account = account {
                    $0.availableCredit = Amount(minorUnits: -20_00)
                    $0.deferral = Deferral(quota: Amount(minorUnits: 100_00), until: zone.at(2026, 12, 1))
                }
            },
            expected: Explanation(
                .running,
                since: since,
                next: .deferralEnds,
                at: zone.at(2026, 12, 1),
                remedies: [.recharge(cny(20_00))]
            )
        ),
    ]

    static let regionRows: [Row] = [
        Row(
            name: "no region was asked",
            situation: changed(settled()) { $0.regions = [] },
            expected: Explanation(.regionsNotAsked(RegionSet(RegionID(3))), since: since)
        ),
        Row(
            name: "no region was asked, and a start by hand would take more",
            situation: changed(settled()) {
                $0.regions = []
                $0.restart = ArrearsPolicy.aliyunECSChina.restart
            },
            expected: Explanation(
                .regionsNotAsked(RegionSet(RegionID(3))),
                since: since,
                remedies: [.rechargeForStart(cny(50_00))]
            )
        ),
        Row(
            name: "no instance there",
            situation: changed(settled()) { $0.regions[0].instances = [] },
            expected: Explanation(.noInstance)
        ),
        Row(
            name: "the notification was lost",
            situation: settled(),
            expected: Explanation(
                .notDelivered(RegionID(3), epoch: 2),
                since: since,
                next: .sweep,
                at: sweep,
                remedies: [.wait]
            )
        ),
        Row(
            name: "the notification has just arrived",
            situation: settled(.planning),
            expected: Explanation(
                .notDelivered(RegionID(3), epoch: 2),
                since: since,
                next: .startCall,
                remedies: [.wait]
            )
        ),
        Row(
            name: "the region is down",
            situation: settled(.queued(notBefore: soon), isReachable: false),
            expected: Explanation(.regionUnreachable(RegionID(3)), next: .startCall, at: soon, remedies: [.wait])
        ),
        Row(
            name: "the policy leaves the restart to the user, who lacks the cash for it",
            situation: changed(settled()) {
                var policy = ArrearsPolicy.aliyunECSChina
                policy.resumes = []
                $0.arrears = arrearsCase(policy, until: zone.at(2026, 11, 10), settledAt: zone.at(2026, 11, 11))
            },
            expected: Explanation(.awaitsUser, since: since, remedies: [.recharge(cny(50_00)), .pressStart])
        ),
        Row(
            name: "held for security",
            situation: settled { $0.locks = [.financial, .security] },
            expected: Explanation(.locked(id, .security), remedies: [.appeal])
        ),
        Row(
            name: "held for security, in a region that is down",
            situation: settled(isReachable: false) { $0.locks = [.financial, .security] },
            expected: Explanation(.locked(id, .security), remedies: [.appeal])
        ),
        Row(
            name: "stopped by its user before",
            situation: settled { $0.mark = SuspensionMark(epoch: 1, priorState: .stopped) },
            expected: Explanation(.stoppedByUser(id), remedies: [.pressStart])
        ),
        Row(
            name: "stopped by its user before, who lacks the cash to press start",
            situation: changed(settled { $0.mark = SuspensionMark(epoch: 1, priorState: .stopped) }) {
                $0.restart = ArrearsPolicy.aliyunECSChina.restart
            },
            expected: Explanation(.stoppedByUser(id), remedies: [.recharge(cny(50_00)), .pressStart])
        ),
        Row(
            name: "stopped by its user before, who has the rest in vouchers",
            situation: changed(settled { $0.mark = SuspensionMark(epoch: 1, priorState: .stopped) }) {
                $0.restart = ArrearsPolicy.aliyunECSChina.restart
                $0.account?.vouchers = Amount(minorUnits: 50_00)
            },
            expected: Explanation(.stoppedByUser(id), remedies: [.pressStart])
        ),
        Row(
            name: "the cloud asks for more balance",
            situation: changed(settled(.retrying(at: soon, attempts: 2, last: .insufficientBalance))) {
                $0.restart = ArrearsPolicy.aliyunECSChina.restart
            },
            expected: Explanation(
                .startFailed(id, attempts: 2),
                next: .startCall,
                at: soon,
                remedies: [.recharge(cny(50_00)), .wait]
            )
        ),
        Row(
            name: "paid while it was going down",
            situation: settled { $0.state = .stopping },
            expected: Explanation(.stopping(id), next: .observation, remedies: [.wait])
        ),
        Row(
            name: "over the cloud's rate",
            situation: settled(.queued(notBefore: soon)),
            expected: Explanation(.throttled(id), next: .startCall, at: soon, remedies: [.wait])
        ),
        Row(
            name: "no room in the region",
            situation: settled(.retrying(at: soon, attempts: 3, last: .noStock)),
            expected: Explanation(.noStock(id, attempts: 3), next: .startCall, at: soon, remedies: [.wait])
        ),
        Row(
            name: "the cloud fails",
            situation: settled(.retrying(at: soon, attempts: 2, last: .unavailable)),
            expected: Explanation(.startFailed(id, attempts: 2), next: .startCall, at: soon, remedies: [.wait])
        ),
        Row(
            name: "given up",
            situation: settled(
                .givenUp(
                    DeadLetter(instance: id, account: AccountID(1), epoch: 2, reason: letter, attempts: 10, time: since)
                )
            ),
            expected: Explanation(
                .givenUp(id, letter),
                since: since,
                next: .sweep,
                at: sweep,
                remedies: [.retryDeadLetters, .wait]
            )
        ),
        Row(
            name: "starting",
            situation: settled(.underWay(since: since)) { $0.state = .starting },
            expected: Explanation(.starting(id), since: since, next: .observation, remedies: [.wait])
        ),
        Row(
            name: "its resources are gone",
            situation: settled { $0.state = .released },
            expected: Explanation(.released, remedies: [.orderAnew])
        ),
        Row(
            name: "runs",
            situation: settled {
                $0.state = .running; $0.mark = nil; $0.locks = []
            },
            expected: Explanation(.running)
        ),
    ]

    @Test(arguments: ledgerRows + regionRows)
    func names(_ row: Row) {
        let explanation = Explanation(of: row.situation)
        #expect(explanation == row.expected)
        // For people too: a sentence, and a way out wherever something is unmet that one can do something about.
        #expect(explanation.description.contains("."))
    }

    @Test func ofSeveralInstancesTheOneThatIsLeastFarIsTold() {
        var situation = Self.settled(.underWay(since: Self.since)) { $0.state = .starting }
        var other = Self.settled(.queued(notBefore: Self.soon)).regions[0].instances ?? []
        other[0].instance.id = InstanceID(8)
        situation.regions[0].instances? += other
        #expect(Explanation(of: situation).step == .throttled(InstanceID(8)))
        #expect(Explanation(of: situation.concerning(Self.id)).step == .starting(Self.id))
    }

    @Test func aCriticalInstanceHasATargetAndIsToldFirst() {
        var situation = Self.settled(.queued(notBefore: Self.soon))
        var other = situation.regions[0].instances ?? []
        other[0].instance.id = InstanceID(8)
        other[0].instance.isCritical = true
        situation.regions[0].instances? += other
        let explanation = Explanation(of: situation)
        #expect(explanation.step == .throttled(InstanceID(8)))
        #expect(explanation.target == Self.zone.at(2026, 11, 20, 11, 30))
        #expect(
            explanation.text(in: Self.zone) == """
                The start of instance 8 waits for the cloud's rate. Next: the start command goes out, at \
                2026-11-20 12:01:00. The instance is critical: it is to run by 2026-11-20 11:30:00. \
                What helps: nothing, it goes on by itself.
                """
        )
        // Nobody promises a time for what another authority holds.
        let held = Self.settled {
            $0.isCritical = true
            $0.locks = [.financial, .security]
        }
        #expect(Explanation(of: held).target == nil)
    }

    @Test func isReadByPeople() {
        let text = Explanation(of: Self.inArrears()).text(in: Self.zone)
        #expect(
            text == """
                Bill 1 is open with CNY 30.00, the first of 2 that ask for CNY 70.00. Since 2026-11-01 00:00:00. \
                What helps: recharge CNY 65.01, or pay bill 1.
                """
        )
    }
}
