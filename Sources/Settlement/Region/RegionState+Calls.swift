internal import SettlementLedger

extension RegionState {
    /// What a loop that makes calls does next.
    enum CallStep<Item: Equatable>: Equatable {
        case call([Item])
        /// Nothing can be done before this instant, or before something happens.
        case wait(until: Int64?)
    }

    /// The next batch of starts or stops. Their instances are busy until the call is answered.
    mutating func nextCommands(_ desk: WritableKeyPath<Self, Desk>, at now: Int64) -> CallStep<InstanceCommand> {
        let waiting = self[keyPath: desk].queue.count
        guard waiting > 0, self[keyPath: desk].calls < settings.concurrentCalls else { return .wait(until: nil) }
        switch self[keyPath: desk].budget.grant(upTo: min(waiting, limits.batch), at: now) {
        case .notBefore(let instant): return .wait(until: instant)
        case .now(let granted):
            let commands = self[keyPath: desk].queue.take(limit: granted)
            for command in commands { inFlight.insert(command.instance) }
            self[keyPath: desk].calls += 1
            return .call(commands)
        }
    }

    /// The next accounts to ask the cloud about.
    mutating func nextLookups(at now: Int64) -> CallStep<AccountID> {
        guard readCalls < settings.concurrentCalls else { return .wait(until: nil) }
        guard lookups.hasReady(at: now) else { return .wait(until: lookups.nextDue) }
        switch reads.grant(upTo: limits.batch, at: now) {
        case .notBefore(let instant): return .wait(until: instant)
        case .now(let granted):
            readCalls += 1
            return .call(lookups.take(limit: granted, at: now))
        }
    }

    /// These accounts could not be asked about; nothing is asked until the region's backoff is over.
    mutating func postponeLookups(_ accounts: [AccountID], at now: Int64) {
        pauseReads(at: now)
        for account in accounts {
            lookups.finish(account)
            lookups.add(account, causes[account] == nil ? .routine : .urgent)
        }
    }

    /// A read has failed.
    mutating func pauseReads(at now: Int64) {
        reads.pause(settings.regionBackoff, using: &generator, at: now)
    }

    /// Stops that may not be issued any more: their accounts are planned again.
    mutating func withdraw(_ commands: [InstanceCommand]) {
        for command in commands {
            land(command)
            dirty.add(command.account, .urgent)
        }
    }

    /// The cloud has answered for each command.
    mutating func finish(
        _ commands: [InstanceCommand],
        _ desk: WritableKeyPath<Self, Desk>,
        results: [ItemResult],
        issuedAt: Int64,
        at now: Int64,
        time: Timestamp
    ) {
        precondition(commands.count == results.count, "a driver answers for each instance")
        self[keyPath: desk].budget.recover()
        var throttled: [InstanceCommand] = []
        for (command, result) in zip(commands, results) {
            let isCurrent = land(command)
            switch result {
            case .accepted:
                expect(command, result, issuedAt: issuedAt, settlesAt: now + settings.settlingNanoseconds, at: now)
            case .alreadyInState:
                expect(command, result, issuedAt: issuedAt, settlesAt: now + settings.settlingNanoseconds, at: now)
                lookups.add(command.account, .urgent)
            case .noReply:
                expect(command, result, issuedAt: issuedAt, settlesAt: now + nextDelay(of: command.instance), at: now)
            case .noStock, .insufficientBalance, .unavailable: fail(command, result, at: now, time: time)
            case .throttled: if isCurrent { throttled.append(command) }
            case .locked(let reasons): bury(command, .locked(reasons), time: time)
            case .notFound: bury(command, .notFound, time: time)
            case .wrongPayType: bury(command, .wrongPayType, time: time)
            }
            if result != .accepted { dirty.add(command.account, .routine) }
        }
        if results.contains(.throttled) {
            putBack(throttled, desk)
            pause(desk, at: now)
        }
    }

    /// The whole call failed: the region's trouble, which no instance is blamed for.
    mutating func fail(
        _ commands: [InstanceCommand],
        _ desk: WritableKeyPath<Self, Desk>,
        error: DriverError,
        issuedAt: Int64,
        at now: Int64
    ) {
        pause(desk, at: now)
        if error == .throttled { self[keyPath: desk].budget.giveBack(commands.count, at: now) }
        var current: [InstanceCommand] = []
        for command in commands {
            if land(command) { current.append(command) }
            if error == .noReply {
                expect(command, .noReply, issuedAt: issuedAt, settlesAt: now + nextDelay(of: command.instance), at: now)
            }
            dirty.add(command.account, .urgent)
        }
        if error != .noReply { putBack(current, desk) }
    }

    /// The call that carried a command is over. Returns whether no newer standing was read meanwhile: one that was makes
    /// a new plan, and the command may not be tried again.
    @discardableResult
    private mutating func land(_ command: InstanceCommand) -> Bool {
        inFlight.remove(command.instance)
        return (epochsInFlight.removeValue(forKey: command.instance) ?? command.epoch) <= command.epoch
    }

    /// An attempt at one instance has failed.
    mutating func fail(_ command: InstanceCommand, _ result: ItemResult, at now: Int64, time: Timestamp) {
        let attempts = (retries[command.instance]?.attempts ?? 0) + 1
        let due = now + settings.itemBackoff.delay(after: attempts, using: &generator)
        retries[command.instance] = Retry(attempts: attempts, notBefore: due, command: command, last: result)
        if attempts >= settings.attempts {
            bury(command, .attemptsExhausted(last: result), time: time)
        } else {
            dirty.add(command.account, at: due)
        }
    }

    private mutating func putBack(_ commands: [InstanceCommand], _ desk: WritableKeyPath<Self, Desk>) {
        self[keyPath: desk].queue.putBack(
            commands.map { command in
                var command = command
                command.wasIssued = true
                return command
            }
        )
    }

    private mutating func pause(_ desk: WritableKeyPath<Self, Desk>, at now: Int64) {
        var generator = generator
        self[keyPath: desk].budget.pause(settings.regionBackoff, using: &generator, at: now)
        self.generator = generator
    }

    /// Polls until the effect of a command is seen.
    private mutating func expect(
        _ command: InstanceCommand,
        _ answer: ItemResult,
        issuedAt: Int64,
        settlesAt: Int64,
        at now: Int64
    ) {
        outstanding[command.instance] = Outstanding(
            command: command,
            goal: command.kind == .start ? .running : .stopped,
            issuedAt: issuedAt,
            answeredAt: now,
            settlesAt: settlesAt,
            answer: answer
        )
        lookups.add(command.account, at: now + settings.pollNanoseconds)
    }

    private mutating func nextDelay(of id: InstanceID) -> Int64 {
        settings.itemBackoff.delay(after: (retries[id]?.attempts ?? 0) + 1, using: &generator)
    }
}
