extension Ledger {
    /// Applies commands in order: one outcome each, and the entries of those that changed something.
    ///
    /// A command costs O(1) plus O(1) for each bill that it pays, and allocates nothing once the buffers have grown.
    /// A refused command leaves no entry and does not use up its key. Entries become facts when they are durable: release
    /// no outcome before.
    public mutating func apply(
        _ commands: Span<Command>,
        into entries: inout [Entry],
        outcomes: inout [Outcome]
    ) {
        outcomes.reserveCapacity(outcomes.count + commands.count)
        var start = 0
        while start < commands.count {
            let end = min(start + Staging.width, commands.count)
            stage(commands, start..<end)
            for index in start..<end {
                // A copy: passing `commands[index]` straight into the inlined call crashes the optimizer of Swift 6.3.1.
                let command = commands[index]
                // An account that was not there may have been opened by a command just before.
                let slot = staging.slot(index - start) ?? slot(of: command.account.rawValue)
                let keyHash = staging.keyHash(index - start)
                outcomes.append(apply(command, slot: slot, keyHash: keyHash, into: &entries))
            }
            start = end
        }
    }

    /// The same for an array.
    public mutating func apply(_ commands: [Command], into entries: inout [Entry], outcomes: inout [Outcome]) {
        apply(commands.span, into: &entries, outcomes: &outcomes)
    }

    /// Applies one command.
    public mutating func apply(_ command: Command, into entries: inout [Entry]) -> Outcome {
        let slot = slot(of: command.account.rawValue)
        return apply(command, slot: slot, keyHash: KeyTable.hash(command.key), into: &entries)
    }

    /// - Parameters:
    ///   - slot: of the command's account; `nil`: there is none.
    ///   - keyHash: of the command's key.
    @inline(__always)
    private mutating func apply(
        _ command: Command,
        slot: UInt32?,
        keyHash: UInt32,
        into entries: inout [Entry]
    ) -> Outcome {
        if case .recharge(let amount) = command.operation, let slot {
            let (key, time) = (command.key, command.time)
            let outcome = settleRecharge(amount, key: key, keyHash: keyHash, slot: slot, at: time, into: &entries)
            if let outcome { return outcome }
        }
        return applyAnything(command, slot: slot, into: &entries)
    }

    /// The general way, open to every command.
    mutating func applyAnything(_ command: Command, slot: UInt32?, into entries: inout [Entry]) -> Outcome {
        let body = Entry(bodyOf: command, currency: slot.map { accounts[$0].rawCurrency } ?? 0)
        if command.key != .none, let known = keys.record(of: command.key) {
            // The same request has the same outcome again.
            let fingerprint = Entry.fingerprint(ofBody: body.bodyFingerprint, fraction: command.operation.fraction)
            return known.fingerprint == fingerprint ? known.outcome : refused(.keyReused, slot: slot)
        }
        if let refusal = refusal(of: command, slot: slot) { return refused(refusal, slot: slot) }

        // From here nothing can fail.
        let first = entries.count
        let account = perform(command, body: body, slot: slot, into: &entries)
        settle(account, at: command.time, into: &entries)
        return finish(account, first: first, in: &entries)
    }

    private func refused(_ refusal: Refusal, slot: UInt32?) -> Outcome {
        guard let slot else { return Outcome(refusal: refusal) }
        return Outcome(
            refusal: refusal,
            availableCredit: availableCredit(of: slot),
            standing: accounts[slot].standing
        )
    }

    /// Changes what the command asks for; what follows from it is ``settle(_:at:into:)``.
    ///
    /// - Returns: the slot of the account.
    private mutating func perform(
        _ command: Command,
        body: Entry,
        slot: UInt32?,
        into entries: inout [Entry]
    ) -> UInt32 {
        guard let slot else {
            emit(body, slot: 0, into: &entries)
            return accountCount - 1
        }
        switch command.operation {
        case .issueBill(let bill):
            issue(bill, body: body, slot: slot, at: command.time, into: &entries)
            if accounts[slot].hasAttributes { payWhenIssued(bill.id, of: slot, at: command.time, into: &entries) }
        case .writeOff(let id), .adjust(let id, _), .chargeOff(let id):
            touch(id, body: body, slot: slot, into: &entries)
        case .setCreditLimit(let limit):
            emit(body, slot: slot, into: &entries)
            if limit == .zero, !accounts[slot].writesOffAutomatically {
                // Only credit customers may do without automatic write-off.
                var isOn = entry(.automaticWriteOffSet, slot: slot, at: command.time)
                isOn.detail = 1
                emit(isOn, slot: slot, into: &entries)
            }
        case .closeMonth(let month):
            close(month, body: body, slot: slot, into: &entries)
        case .expireFunds:
            expireFunds(body: body, slot: slot, at: command.time, into: &entries)
        case .reassess:
            if command.key != .none { emit(body, slot: slot, into: &entries) }
        case .recharge:
            emit(body, as: .recharged, slot: slot, into: &entries)
        case .openAccount, .setAutomaticWriteOff, .setDeferral, .clearDeferral, .refund, .withdraw, .grantFund:
            emit(body, slot: slot, into: &entries)
        }
        return slot
    }

    /// Pays what can be paid and draws the conclusion for the standing.
    @inline(__always)
    mutating func settle(_ slot: UInt32, at time: Timestamp, into entries: inout [Entry]) {
        writeOffDueBills(of: slot, at: time, into: &entries)
        if LedgerPolicy.staysGood(accounts[slot].state, availableCredit: availableCredit(of: slot)) { return }
        concludeStanding(of: slot, at: time, into: &entries)
    }

    private mutating func concludeStanding(of slot: UInt32, at time: Timestamp, into entries: inout [Entry]) {
        let account = accounts[slot]
        let deferral = account.hasAttributes ? attributes[slot]?.deferral : nil
        let state = policy.state(
            after: account.state,
            availableCredit: Amount(minorUnits: availableCredit(of: slot)),
            hasDueBills: account.due > 0,
            deferral: deferral,
            currency: account.currency,
            at: time
        )
        if state == .good, let end = deferral?.end { deferralEnds.addIfPassed(end, slot: slot) }
        guard state != account.state else { return }
        var change = entry(.standingChanged, slot: slot, at: time)
        change.product = UInt16(state.rawValue)
        change.bill = UInt64(account.epoch + 1)
        change.detail = account.regions
        emit(change, slot: slot, into: &entries)
    }

    /// Marks the end of the command in the entries and gives its outcome.
    @inline(__always)
    mutating func finish(_ slot: UInt32, first: Int, in entries: inout [Entry]) -> Outcome {
        if entries.count > first { entries[entries.count - 1].flags.insert(.endsCommand) }
        return endCommand(slot, remembersKey: true)
    }

    /// An entry about an account, without a key.
    @inline(__always)
    func entry(_ kind: Entry.Kind, slot: UInt32, at time: Timestamp) -> Entry {
        Entry(kind, account: accounts[slot].id, time: time.rawValue, currency: accounts[slot].rawCurrency)
    }

    /// Makes a decision a fact: appends the entry, folds it and posts it.
    mutating func emit(_ entry: Entry, slot: UInt32, bill: UInt32 = BillPool.none, into entries: inout [Entry]) {
        guard let kind = entry.kind else { preconditionFailure("an entry without a kind was emitted") }
        emit(entry, as: kind, slot: slot, bill: bill, into: &entries)
    }

    /// The same where the kind is known to the compiler, which then keeps of folding and posting only what it needs.
    @inline(__always)
    mutating func emit(
        _ entry: Entry,
        as kind: Entry.Kind,
        slot: UInt32,
        bill: UInt32 = BillPool.none,
        into entries: inout [Entry]
    ) {
        entries.append(entry)
        fold(entry, kind, slot: slot, bill: bill)
        if let posting = entry.posting(kind) { balance.post(posting, currency: entry.rawCurrency) }
    }
}

extension Operation {
    /// The part of the request that its body entry does not hold.
    var fraction: UInt64 {
        if case .issueBill(let bill) = self { bill.fraction } else { 0 }
    }
}
