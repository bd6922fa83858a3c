internal import SettlementLedger

extension RegionState {
    /// Plans the instances of accounts that were taken from `dirty`, with their standings as just read.
    mutating func plan(_ accounts: [AccountID], standings: [Standing?], at now: Int64) {
        precondition(accounts.count == standings.count, "one standing for each account asked")
        for (account, standing) in zip(accounts, standings) {
            plan(account, standing: standing, at: now)
            dirty.finish(account)
        }
    }

    private mutating func plan(_ account: AccountID, standing: Standing?, at now: Int64) {
        let cause = causes[account]
        if let cause, let standing, standing.epoch < cause.epoch {
            // The source answered with less than what was already published.
            dirty.add(account, at: now + settings.pollNanoseconds)
            return
        }
        guard let instances = cache.instances(of: account) else {
            lookups.add(account, cause == nil ? .routine : .urgent)
            return
        }
        var isCommanded = false
        var isWaiting = false
        for id in instances {
            guard let instance = cache[id] else { continue }
            switch readiness(of: instance, standing: standing, at: now) {
            case .givenUp: break
            case .waiting: isWaiting = true
            case .planned(let plan):
                if apply(plan, to: instance, standing, at: now) { isCommanded = true }
                if plan == .nothing(.inTransition) || plan == .nothing(.staleStanding) { isWaiting = true }
            }
        }
        guard let cause, !isWaiting else { return }
        // What is cached may be older than the news. If it gives nothing to do, the cloud is asked.
        if !isCommanded && cache.observedAt(account) < cause.takenAt {
            lookups.add(account, .urgent)
        } else {
            causes[account] = nil
        }
    }

    private enum Readiness {
        case planned(RegionPlan)
        /// A command is under way or has to wait; its end marks the account.
        case waiting
        case givenUp
    }

    private mutating func readiness(of instance: Instance, standing: Standing?, at now: Int64) -> Readiness {
        if inFlight.contains(instance.id), let standing { epochsInFlight[instance.id] = standing.epoch }
        if isBusy(instance.id) { return .waiting }
        let plan = RegionPlan(standing: standing, instance: instance)
        if let letter = deadLetters[instance.id] {
            guard letter.isOver(instance, standing: standing, plan: plan) else { return .givenUp }
            deadLetters[instance.id] = nil
        }
        if let retry = retries[instance.id], retry.notBefore > now {
            dirty.add(instance.account, at: retry.notBefore)
            return .waiting
        }
        return .planned(plan)
    }

    /// Returns whether a command came out of it.
    private mutating func apply(
        _ plan: RegionPlan,
        to instance: Instance,
        _ standing: Standing?,
        at now: Int64
    ) -> Bool {
        switch plan {
        case .start:
            stops.queue.remove(instance.id)
            starts.queue.set(command(.start, for: instance, epoch: standing?.epoch ?? 0))
            return true
        case .stop(let epoch):
            starts.queue.remove(instance.id)
            stops.queue.set(command(.stop(epoch: epoch), for: instance, epoch: epoch))
            return true
        case .nothing(let reason):
            starts.queue.remove(instance.id)
            stops.queue.remove(instance.id)
            switch reason {
            case .inTransition: awaitSettling(of: instance, epoch: standing?.epoch ?? 0, at: now)
            case .staleStanding: dirty.add(instance.account, at: now + settings.pollNanoseconds)
            case .asDesired, .stoppedByUser, .released, .locked: retries[instance.id] = nil
            case .unknownStanding: break
            }
            return false
        }
    }

    private func command(
        _ kind: InstanceCommand.Kind,
        for instance: Instance,
        epoch: UInt32
    ) -> InstanceCommand {
        let retry = retries[instance.id]?.command
        let cause = causes[instance.account] ?? retry?.cause
        return InstanceCommand(
            instance: instance.id,
            account: instance.account,
            kind: kind,
            epoch: epoch,
            cause: cause?.epoch == epoch ? cause : nil,
            isCritical: instance.isCritical,
            wasIssued: retry?.epoch == epoch && retry?.kind == kind
        )
    }

    /// An instance that somebody else has sent on its way is looked at until it has arrived.
    private mutating func awaitSettling(of instance: Instance, epoch: UInt32, at now: Int64) {
        let command = InstanceCommand(
            instance: instance.id,
            account: instance.account,
            kind: .start,
            epoch: epoch,
            cause: causes[instance.account]
        )
        outstanding[instance.id] = Outstanding(
            command: command,
            goal: .settled,
            issuedAt: now,
            answeredAt: now,
            settlesAt: .max,
            answer: .accepted
        )
        lookups.add(instance.account, at: now + settings.pollNanoseconds)
    }
}
