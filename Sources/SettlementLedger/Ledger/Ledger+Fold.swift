extension Ledger {
    /// Makes a fact part of the state, in life and in replay. Only ``payDueBills(of:at:ends:into:)`` and
    /// ``settleRecharge(_:key:keyHash:slot:at:into:)`` change accounts and bills beside it, and come to the same.
    ///
    /// Whoever calls has found out that the fact fits: what does not is a broken assumption and stops the process.
    /// - Parameters:
    ///   - slot: of the entry's account; ignored by entries that open an account or concern none.
    ///   - bill: place of the entry's bill, for entries about an open bill.
    @inline(__always)
    mutating func fold(_ entry: Entry, _ kind: Entry.Kind, slot: UInt32, bill: UInt32) {
        if entry.key != .none {
            tally.key = entry.key
            tally.fingerprint = entry.bodyFingerprint
        }
        switch kind {
        case .accountOpened: foldOpening(entry)
        case .recharged: accounts[slot].cash += entry.amount
        case .withdrawn: takeCash(entry.amount, slot)
        case .creditLimitSet: accounts[slot].creditLimit = entry.amount
        case .automaticWriteOffSet: accounts[slot].writesOffAutomatically = entry.detail == 1
        case .deferralSet:
            changeAttributes(slot) { $0.deferral = entry.deferral }
            registerDeferral(entry.deferral, slot: slot)
        case .deferralCleared:
            changeAttributes(slot) { $0.deferral = nil }
            deferredSlots.remove(slot)
        case .refunded: changeAttributes(slot) { $0.add(entry.amount, month: Month(rawValue: entry.month)) }
        case .fundGranted, .fundExpired: foldFund(entry, kind, slot)
        case .billIssued: foldIssue(entry, slot)
        case .billFraction:
            tally.fraction = entry.detail
            bills[bill].fraction = entry.detail
        case .roundedDown:
            bills[bill].fraction = 0
            closeIfSettled(bill, slot)
        case .adjusted, .chargedOff: lower(bill, by: entry.amount, slot)
        case .writtenOff:
            takeCash(entry.amount, slot)
            countPayment(of: entry)
            lower(bill, by: entry.amount, slot)
        case .writtenOffFromRefunds:
            changeAttributes(slot) { $0.take(entry.amount, month: Month(rawValue: UInt16(entry.keyLow))) }
            countPayment(of: entry)
            lower(bill, by: entry.amount, slot)
        case .writtenOffFromFund:
            foldFund(entry, kind, slot)
            countPayment(of: entry)
            lower(bill, by: entry.amount, slot)
        case .monthClosed: makeDue(slot, through: entry.month)
        case .standingChanged: foldStanding(entry, slot)
        case .monthCheckpoint: foldCheckpoint(entry)
        case .nameInterned, .continuation: foldName(entry)
        case .writeOffOrdered, .reassessed, .fundsExpired: break
        }
    }

    /// Closes the tally of a command: its outcome, remembered under its key if it has one.
    @inline(__always)
    mutating func endCommand(_ slot: UInt32, remembersKey: Bool) -> Outcome {
        let outcome = Outcome(
            billsWrittenOff: tally.billsWrittenOff,
            amountWrittenOff: Amount(minorUnits: tally.amountWrittenOff),
            availableCredit: availableCredit(of: slot),
            standing: accounts[slot].standing,
            standingChanged: tally.standingChanged
        )
        if tally.key != .none, remembersKey {
            let fingerprint = Entry.fingerprint(ofBody: tally.fingerprint, fraction: tally.fraction)
            keys.insert(KeyTable.Record(key: tally.key, fingerprint: fingerprint, outcome: outcome))
        }
        tally = CommandTally()
        return outcome
    }

    private mutating func foldOpening(_ entry: Entry) {
        guard let currency = Currency(rawValue: entry.rawCurrency) else {
            preconditionFailure("no such currency: \(entry.rawCurrency)")
        }
        precondition(accounts.count < Int(UInt32.max) - 1, "a ledger holds fewer than 2^32 - 1 accounts")
        let slot = accountCount
        accounts.append(
            AccountRecord(
                id: AccountID(entry.account),
                currency: currency,
                creditLimit: Amount(minorUnits: entry.amount)
            )
        )
        accountIndex.insert(slot, hash: slotHash(entry.account))
    }

    private mutating func foldIssue(_ entry: Entry, _ slot: UInt32) {
        let isFrozen = entry.flags.contains(.frozen)
        accounts[slot].regions |= RegionSet(RegionID(entry.region)).rawValue
        addOpenBill(
            BillRecord(
                id: entry.bill,
                created: Int64(bitPattern: entry.detail),
                amount: entry.amount,
                outstanding: entry.amount,
                fraction: 0,
                account: slot,
                month: entry.month,
                product: entry.product,
                region: entry.region,
                isMarketplace: entry.flags.contains(.marketplace),
                isFrozen: isFrozen
            )
        )
    }

    private mutating func takeCash(_ amount: Int64, _ slot: UInt32) {
        precondition(amount <= accounts[slot].cash, "an account does not hold the cash that it pays")
        accounts[slot].cash -= amount
    }

    private mutating func countPayment(of entry: Entry) {
        tally.amountWrittenOff += entry.amount
        if entry.detail == 0 { tally.billsWrittenOff += 1 }
    }

    @inline(__always)
    private mutating func lower(_ place: UInt32, by amount: Int64, _ slot: UInt32) {
        precondition(amount <= bills[place].outstanding, "a bill is not open for what is paid")
        bills[place].outstanding -= amount
        if bills[place].isFrozen { accounts[slot].frozen -= amount } else { accounts[slot].due -= amount }
        closeIfSettled(place, slot)
    }

    @inline(__always)
    private mutating func closeIfSettled(_ place: UInt32, _ slot: UInt32) {
        guard bills[place].outstanding == 0, bills[place].fraction == 0 else { return }
        if bills[place].isFrozen {
            bills.unlink(place, from: &accounts[slot].frozenHead)
        } else {
            bills.unlink(place, from: &accounts[slot].dueHead)
        }
        bills.release(place, isIndexed: accounts[slot].hasIndexedBills)
        accounts[slot].closeBills(1)
    }

    /// Merges the frozen bills up to `month` into the queue of due bills. O(bills moved + due bills that follow them).
    private mutating func makeDue(_ slot: UInt32, through month: UInt16) {
        let first = accounts[slot].frozenHead
        var last = BillPool.none
        var place = first
        while place != BillPool.none, bills[place].month <= month {
            last = place
            place = bills[place].next
        }
        guard last != BillPool.none else { return }
        bills.cut(through: last, from: &accounts[slot].frozenHead)
        // From the last to the first, each search goes on where the one before has stopped.
        var start = bills.last(of: accounts[slot].dueHead)
        place = last
        while true {
            let previous = bills[place].previous
            accounts[slot].frozen -= bills[place].outstanding
            accounts[slot].due += bills[place].outstanding
            bills[place].isFrozen = false
            bills.link(place, into: &accounts[slot].dueHead, lookingBackFrom: start)
            if place == first { return }
            start = place
            place = previous
        }
    }

    private mutating func foldStanding(_ entry: Entry, _ slot: UInt32) {
        guard let change = entry.standingChange else { preconditionFailure("no such state: \(entry.product)") }
        precondition(change.standing.epoch == accounts[slot].epoch + 1, "epochs of an account grow by 1")
        accounts[slot].state = change.standing.state
        accounts[slot].epoch = change.standing.epoch
        tally.standingChanged = true
    }

    mutating func changeAttributes(_ slot: UInt32, _ change: (inout AccountAttributes) -> Void) {
        change(&attributes[slot, default: AccountAttributes()])
        let isEmpty = attributes[slot]?.isEmpty ?? true
        if isEmpty { attributes[slot] = nil }
        accounts[slot].hasAttributes = !isEmpty
    }
}
