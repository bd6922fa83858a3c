extension Ledger {
    /// A bill of a past month is due at once and its fraction rounded away; one of the current month is frozen.
    mutating func issue(
        _ bill: Bill,
        body: Entry,
        slot: UInt32,
        at time: Timestamp,
        into entries: inout [Entry]
    ) {
        var issued = body
        let isFrozen = !isOver(bill.month, at: time)
        if isFrozen { issued.flags.insert(.frozen) }
        emit(issued, slot: slot, into: &entries)
        guard bill.fraction > 0, let place = openBill(bill.id, of: slot) else { return }
        var fraction = entry(.billFraction, about: place, at: time)
        fraction.detail = bill.fraction
        emit(fraction, slot: slot, bill: place, into: &entries)
        if !isFrozen { roundDown(place, at: time, into: &entries) }
    }

    /// Pays, lowers or gives up one chosen bill.
    mutating func touch(_ id: BillID, body: Entry, slot: UInt32, into entries: inout [Entry]) {
        guard let place = openBill(id, of: slot) else { preconditionFailure("bill \(id.rawValue) is not open") }
        let time = Timestamp(rawValue: body.time)
        let bill = bills[place]
        var body = body
        if bill.isFrozen { body.flags.insert(.frozen) }
        var closes = true
        switch body.kind {
        case .adjusted:
            closes = bill.outstanding == body.amount
            emit(body, slot: slot, bill: place, into: &entries)
        case .chargedOff:
            body.amount = bill.outstanding
            emit(body, slot: slot, bill: place, into: &entries)
        default:
            emit(body, slot: slot, into: &entries)
            pay(place, of: slot, at: time, cash: bill.outstanding, into: &entries)
        }
        // What is left of it now is at most a fraction, and that keeps the bill open.
        if closes, bill.fraction > 0 { roundDown(place, at: time, into: &entries) }
    }

    /// Rounds the fraction of an open bill away.
    mutating func roundDown(_ place: UInt32, at time: Timestamp, into entries: inout [Entry]) {
        let bill = bills[place]
        var rounded = entry(.roundedDown, about: place, at: time)
        rounded.detail = bill.fraction
        emit(rounded, slot: bill.account, bill: place, into: &entries)
    }

    /// Frozen bills up to `month` are rounded down and become due.
    mutating func close(_ month: Month, body: Entry, slot: UInt32, into entries: inout [Entry]) {
        var closed = body
        let time = Timestamp(rawValue: body.time)
        var place = accounts[slot].frozenHead
        while place != BillPool.none, bills[place].month <= month.rawValue {
            let next = bills[place].next
            if bills[place].outstanding > 0 {
                closed.amount += bills[place].outstanding
                closed.detail += 1
            }
            if bills[place].fraction > 0 { roundDown(place, at: time, into: &entries) }
            place = next
        }
        if closed.detail > 0 || closed.key != .none { emit(closed, slot: slot, into: &entries) }
    }

    /// Applies the account's funds to its due bills in write-off order, in part to the last that they reach.
    ///
    /// O(bills paid + 1).
    @inline(__always)
    mutating func writeOffDueBills(of slot: UInt32, at time: Timestamp, into entries: inout [Entry]) {
        guard accounts[slot].due > 0, accounts[slot].writesOffAutomatically else { return }
        if accounts[slot].hasAttributes { return writeOffDueBillsFromBooks(of: slot, at: time, into: &entries) }
        guard accounts[slot].payableCash > 0 else { return }
        var account = accounts[slot]
        let paid = payDueBills(of: &account, at: time, ends: false, into: &entries)
        accounts[slot] = account
        balance.postPayments(paid.amount, currency: account.rawCurrency)
        tally.billsWrittenOff += paid.bills
        tally.amountWrittenOff += paid.amount
    }

    /// Pays due bills in write-off order from the cash that may pay, in part the last that it reaches.
    ///
    /// - Parameter ends: whether these are the last entries of their command.
    /// - Precondition: there is a due bill, and cash that may pay it.
    /// - Returns: what was paid; the caller stores the account's record and posts.
    @inline(__always)
    mutating func payDueBills(
        of account: inout AccountRecord,
        at time: Timestamp,
        ends: Bool,
        into entries: inout [Entry]
    ) -> (bills: UInt32, amount: Int64) {
        let payable = account.payableCash
        var (count, left) = (UInt32(0), payable)
        var place = account.dueHead
        repeat {
            let bill = bills[place]
            precondition(bill.fraction == 0 && !bill.isFrozen, "a due bill has a fraction")
            let paid = min(left, bill.outstanding)
            left -= paid
            let isSettled = paid == bill.outstanding
            var payment = account.payment(.writtenOff, of: paid, to: bill, at: time)
            if ends, left == 0 || (isSettled && bill.next == BillPool.none) { payment.flags.insert(.endsCommand) }
            entries.append(payment)
            if isSettled {
                bills.release(place)
                place = bill.next
                count += 1
            } else {
                bills[place].outstanding -= paid
            }
        } while left > 0 && place != BillPool.none
        bills.dropFirst(upTo: place, from: &account.dueHead)
        let paid = payable - left
        account.cash -= paid
        account.due -= paid
        account.openCount -= Int(count)
        return (count, paid)
    }

    /// Applies funds to one bill: the books beside cash first, then up to `cash`.
    mutating func pay(
        _ place: UInt32,
        of slot: UInt32,
        at time: Timestamp,
        cash: Int64,
        into entries: inout [Entry]
    ) {
        var remaining = bills[place].outstanding
        if accounts[slot].hasAttributes { remaining = payFromBooks(place, of: slot, at: time, into: &entries) }
        let amount = min(cash, remaining)
        if amount > 0 { payCash(amount, to: place, of: slot, at: time, &entries) }
    }

    /// - Precondition: `amount` is positive and neither more than the account's cash nor than what is outstanding.
    private mutating func payCash(
        _ amount: Int64,
        to place: UInt32,
        of slot: UInt32,
        at time: Timestamp,
        _ entries: inout [Entry]
    ) {
        let paid = payment(.writtenOff, of: amount, to: place, at: time)
        emit(paid, as: .writtenOff, slot: slot, bill: place, into: &entries)
    }

    @inline(__always)
    func payment(_ kind: Entry.Kind, of amount: Int64, to place: UInt32, at time: Timestamp) -> Entry {
        let bill = bills[place]
        return accounts[bill.account].payment(kind, of: amount, to: bill, at: time)
    }

    /// An entry about an open bill.
    @inline(__always)
    private func entry(_ kind: Entry.Kind, about place: UInt32, at time: Timestamp) -> Entry {
        let bill = bills[place]
        return accounts[bill.account].entry(kind, about: bill, at: time)
    }
}

extension AccountRecord {
    /// An entry about one of the account's open bills.
    @inline(__always)
    fileprivate func entry(_ kind: Entry.Kind, about bill: BillRecord, at time: Timestamp) -> Entry {
        var entry = Entry(kind, account: id, time: time.rawValue, currency: rawCurrency)
        if bill.isFrozen { entry.flags.insert(.frozen) }
        if bill.isMarketplace { entry.flags.insert(.marketplace) }
        entry.region = bill.region
        entry.month = bill.month
        entry.product = bill.product
        entry.bill = bill.id
        return entry
    }

    /// The entry that tells that some of a bill was paid.
    @inline(__always)
    fileprivate func payment(_ kind: Entry.Kind, of amount: Int64, to bill: BillRecord, at time: Timestamp) -> Entry {
        var payment = entry(kind, about: bill, at: time)
        payment.amount = amount
        payment.detail = UInt64(bill.outstanding - amount)
        return payment
    }
}
