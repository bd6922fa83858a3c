internal import SettlementLedger

extension Explanation {
    /// Finds the first unmet step. Pure. O(bills + instances).
    public init(of situation: RestartSituation) {
        guard let account = situation.account else {
            self.init(.unknownAccount)
            return
        }
        if let found = Self.endOfResource(situation) ?? Self.money(situation, account) {
            self = found
        } else if let found = Self.compute(situation, account) {
            self = found
        } else {
            self.init(.running)
            tellEndOfDeferral(situation, account)
        }
    }

    /// What no money of the account can mend.
    private static func endOfResource(_ situation: RestartSituation) -> Explanation? {
        let instances = situation.regions.flatMap { $0.instances ?? [] }
        let isGone = !instances.isEmpty && instances.allSatisfy { $0.instance.state == .released }
        if isGone || situation.arrears?.isReleased == true || situation.prepaid?.isReleased == true {
            return Explanation(.released, remedies: [.orderAnew])
        }
        guard let prepaid = situation.prepaid, prepaid.isSuspended else { return nil }
        var explanation = Explanation(.prepaidExpired, since: prepaid.expiry, remedies: [.renew])
        if let upcoming = prepaid.upcoming {
            explanation.next = .stage(upcoming.stage.name, actions: upcoming.stage.actions)
            explanation.nextTime = upcoming.time
        }
        return explanation
    }

    /// What is unmet in the ledger.
    private static func money(_ situation: RestartSituation, _ account: AccountView) -> Explanation? {
        guard account.standing.state == .arrears else { return nil }
        func money(_ amount: Amount) -> Money { Money(amount, account.currency) }
        let floor = situation.ledgerPolicy.restartFloor(for: account.currency)
        let needed = shortage(account, floor: floor, comparison: situation.ledgerPolicy.comparison)
        let due = situation.bills.filter { !$0.isFrozen && $0.outstanding > .zero }
        let pending = situation.pendingFunds.reduce(Amount.zero) { $0 + $1.amount }
        if let first = situation.pendingFunds.first, pending >= needed {
            return Explanation(
                .fundsNotCleared(money(pending)),
                since: first.paid,
                next: .fundsArrive,
                at: situation.pendingFunds.compactMap(\.clears).max(),
                remedies: [.wait]
            )
        }
        let grants = account.vouchers + account.cards
        var explanation: Explanation
        if let first = due.first {
            explanation = Explanation(
                .billOpen(
                    first.bill.id,
                    outstanding: money(first.outstanding),
                    owed: money(due.reduce(.zero) { $0 + $1.outstanding }),
                    count: due.count
                ),
                since: first.bill.dueTime(in: ZoneRules(name: "", offset: situation.ledgerPolicy.offsetMinutes * 60))
            )
            if !account.autoWriteOff && account.cash + account.notes >= first.outstanding {
                explanation.step = .automaticWriteOffIsOff(first.bill.id)
                explanation.remedies = [.switchOnAutomaticWriteOff, .payBill(first.bill.id)]
            } else {
                explanation.remedies = [.recharge(money(needed - pending)), .payBill(first.bill.id)]
                if grants > .zero { explanation.remedies.append(.useOtherFunds(insteadOf: money(grants))) }
            }
        } else {
            explanation = Explanation(
                .creditTooLow(available: money(account.availableCredit), floor: money(floor)),
                since: situation.standingSince,
                remedies: [.recharge(money(needed - pending))]
            )
            if grants > .zero, account.frozen > .zero { explanation.remedies.append(.useGrants(money(grants))) }
        }
        explanation.tellNextStage(situation)
        return explanation
    }

    /// What has to come in so that every due bill can be written off and credit allows a restart: at least one minor unit.
    private static func shortage(
        _ account: AccountView,
        floor: Amount,
        comparison: LedgerPolicy.RestartComparison
    ) -> Amount {
        let one = Amount(minorUnits: 1)
        let target = comparison == .above ? floor + one : floor
        // Credit limit and refunds may cover a bill on paper that only cash pays.
        let funds = account.cash + account.refunds + account.notes
        return max(one, target - account.availableCredit, account.openDue - funds)
    }

    private mutating func tellNextStage(_ situation: RestartSituation) {
        guard let upcoming = situation.arrears?.upcoming else { return }
        next = .stage(upcoming.stage.name, actions: upcoming.stage.actions)
        nextTime = upcoming.time
    }

    private mutating func tellEndOfDeferral(_ situation: RestartSituation, _ account: AccountView) {
        guard let deferral = account.deferral, account.availableCredit < .zero else { return }
        since = situation.standingSince
        next = .deferralEnds
        nextTime = deferral.until
        let missing = -account.availableCredit
        remedies = [.recharge(Money(missing, account.currency))]
    }
}
