internal import SettlementLedger

extension Explanation {
    /// What is unmet in the regions of an account in good standing; of several instances, the one that is least far.
    static func compute(_ situation: RestartSituation, _ account: AccountView) -> Explanation? {
        if let arrears = situation.arrears, arrears.awaitsUser {
            return Explanation(
                .awaitsUser,
                since: situation.standingSince,
                remedies: topUp(situation, account) + [.pressStart]
            )
        }
        guard !situation.regions.isEmpty else {
            // Whether its instances come back by themselves is the regions' to know.
            let remedies = missingForStart(situation, account).map { [Remedy.rechargeForStart($0)] } ?? []
            return Explanation(.regionsNotAsked(account.regions), since: situation.standingSince, remedies: remedies)
        }
        if situation.regions.allSatisfy({ $0.instances?.isEmpty == true }) { return Explanation(.noInstance) }
        let found = situation.regions.flatMap { region -> [Explanation] in
            guard let instances = region.instances else {
                return [notDelivered(region, situation, account, next: .observation, at: nil)]
            }
            return instances.compactMap { status in
                var explanation =
                    region.isReachable || status.instance.state == .running
                    ? explain(status, in: region, situation, account) : unreachable(status, region, situation, account)
                if explanation?.step.isRestart == true {
                    explanation?.target = target(of: status.instance, in: region, situation)
                }
                return explanation
            }
        }
        // Of two that are equally far, the critical one.
        return found.min {
            ($0.step.progress, $0.target == nil ? 1 : 0) < ($1.step.progress, $1.target == nil ? 1 : 0)
        }
    }

    private static func topUp(_ situation: RestartSituation, _ account: AccountView) -> [Remedy] {
        missingForStart(situation, account).map { [.recharge($0)] } ?? []
    }

    /// What is missing for a start that the cloud allows only with so much cash and vouchers; `nil`: nothing.
    private static func missingForStart(_ situation: RestartSituation, _ account: AccountView) -> Money? {
        let rule = situation.restart ?? situation.arrears?.policy.restart
        let floor = rule?.manualFloor[account.currency] ?? .zero
        let funds = account.cash + account.vouchers
        return funds < floor ? Money(floor - funds, account.currency) : nil
    }

    /// Until when a critical instance is to run; `nil`: it is not critical, or nobody knows since when it waits.
    private static func target(
        of instance: Instance,
        in region: RegionStatus,
        _ situation: RestartSituation
    ) -> Timestamp? {
        guard instance.isCritical, let since = situation.standingSince else { return nil }
        let end = since.rawValue.addingReportingOverflow(region.criticalTargetNanoseconds)
        return end.overflow ? nil : Timestamp(nanoseconds: end.partialValue)
    }

    /// An instance in a region whose cloud does not answer: what needs no call is told as it is.
    private static func unreachable(
        _ status: InstanceStatus,
        _ region: RegionStatus,
        _ situation: RestartSituation,
        _ account: AccountView
    ) -> Explanation? {
        let plan = RegionPlan(standing: account.standing, instance: status.instance)
        guard plan == .start || plan == .nothing(.inTransition) || plan == .nothing(.asDesired) else {
            return explain(status, in: region, situation, account)
        }
        var until: Timestamp?
        if case .queued(let time) = status.activity { until = time }
        return Explanation(.regionUnreachable(region.region), next: .startCall, at: until, remedies: [.wait])
    }

    private static func explain(
        _ status: InstanceStatus,
        in region: RegionStatus,
        _ situation: RestartSituation,
        _ account: AccountView
    ) -> Explanation? {
        let id = status.instance.id
        if status.instance.state == .running { return nil }
        if case .givenUp(let letter) = status.activity { return givenUp(letter, in: region, situation, account) }
        switch RegionPlan(standing: account.standing, instance: status.instance) {
        // If nothing else is left, that has been told before.
        case .nothing(.released): return nil
        case .nothing(.locked):
            let reasons = status.instance.locks.subtracting(.financial)
            return Explanation(.locked(id, reasons), remedies: [.appeal])
        case .nothing(.stoppedByUser):
            return Explanation(.stoppedByUser(id), remedies: topUp(situation, account) + [.pressStart])
        case .nothing(.asDesired): return starting(id, status.activity)
        case .nothing(.inTransition):
            return Explanation(.stopping(id), next: .observation, remedies: [.wait])
        case .nothing(.unknownStanding), .nothing(.staleStanding), .stop:
            return notDelivered(region, situation, account, next: .sweep, at: region.nextSweep)
        case .start: return awaitingStart(status, in: region, situation, account)
        }
    }

    private static func awaitingStart(
        _ status: InstanceStatus,
        in region: RegionStatus,
        _ situation: RestartSituation,
        _ account: AccountView
    ) -> Explanation? {
        let id = status.instance.id
        switch status.activity {
        case .none: return notDelivered(region, situation, account, next: .sweep, at: region.nextSweep)
        case .planning: return notDelivered(region, situation, account, next: .startCall, at: nil)
        case .queued(let notBefore):
            return Explanation(.throttled(id), next: .startCall, at: notBefore, remedies: [.wait])
        case .underWay: return starting(id, status.activity)
        case .retrying(let time, let attempts, let last):
            let step: Step = last == .noStock ? .noStock(id, attempts: attempts) : .startFailed(id, attempts: attempts)
            let remedies = last == .insufficientBalance ? topUp(situation, account) + [.wait] : [.wait]
            return Explanation(step, next: .startCall, at: time, remedies: remedies)
        case .givenUp(let letter): return givenUp(letter, in: region, situation, account)
        }
    }

    private static func starting(_ id: InstanceID, _ activity: InstanceStatus.Activity) -> Explanation {
        var explanation = Explanation(.starting(id), next: .observation, remedies: [.wait])
        if case .underWay(let since) = activity { explanation.since = since }
        return explanation
    }

    private static func givenUp(
        _ letter: DeadLetter,
        in region: RegionStatus,
        _ situation: RestartSituation,
        _ account: AccountView
    ) -> Explanation {
        var explanation = Explanation(.givenUp(letter.instance, letter.reason), since: letter.time)
        switch letter.reason {
        case .locked: explanation.remedies = [.appeal]
        case .wrongPayType: explanation.remedies = [.renew]
        case .notFound, .noProgress: explanation.remedies = [.retryDeadLetters]
        case .attemptsExhausted(let last):
            let first = last == .insufficientBalance ? topUp(situation, account) : []
            explanation.remedies = first + [.retryDeadLetters, .wait]
            explanation.next = .sweep
            explanation.nextTime = region.nextSweep
        }
        return explanation
    }

    private static func notDelivered(
        _ region: RegionStatus,
        _ situation: RestartSituation,
        _ account: AccountView,
        next: Next,
        at time: Timestamp?
    ) -> Explanation {
        Explanation(
            region.isReachable
                ? .notDelivered(region.region, epoch: account.standing.epoch) : .regionUnreachable(region.region),
            since: situation.standingSince,
            next: next,
            at: time,
            remedies: [.wait]
        )
    }
}

extension Explanation.Step {
    /// Whether the restart is under way, rather than in the hands of the user or of another authority.
    fileprivate var isRestart: Bool {
        switch self {
        case .regionUnreachable, .notDelivered, .stopping, .throttled, .noStock, .startFailed, .givenUp, .starting: true
        case .unknownAccount, .released, .prepaidExpired, .fundsNotCleared, .automaticWriteOffIsOff, .billOpen,
            .creditTooLow, .regionsNotAsked, .noInstance, .awaitsUser, .locked, .stoppedByUser, .running:
            false
        }
    }

    /// How far on the way the step is: its place in the declaration.
    fileprivate var progress: Int {
        switch self {
        case .unknownAccount: 0
        case .released: 1
        case .prepaidExpired: 2
        case .fundsNotCleared: 3
        case .automaticWriteOffIsOff: 4
        case .billOpen: 5
        case .creditTooLow: 6
        case .regionsNotAsked: 7
        case .noInstance: 8
        case .regionUnreachable: 9
        case .notDelivered: 10
        case .awaitsUser: 11
        case .locked: 12
        case .stoppedByUser: 13
        case .stopping: 14
        case .throttled: 15
        case .noStock: 16
        case .startFailed: 17
        case .givenUp: 18
        case .starting: 19
        case .running: 20
        }
    }
}
