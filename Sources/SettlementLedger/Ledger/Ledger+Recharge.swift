/// The commonest command by far, without the generality of the others: it keeps the account's record in registers, posts
/// once and folds nothing. Whatever is unusual it leaves to them.
extension Ledger {
    /// Cash comes into an account in good standing that has neither refund books nor a deferral, and pays its due bills.
    ///
    /// - Returns: `nil`: nothing has changed, the general way decides. Else the same entries, outcome and state as by it.
    /// - Complexity: O(bills paid + 1).
    @inline(__always)
    mutating func settleRecharge(
        _ amount: Amount,
        by command: Command,
        slot: UInt32,
        keyHash: UInt32,
        into entries: inout [Entry]
    ) -> Outcome? {
        var account = accounts[slot]
        guard amount > .zero, account.isPlain else { return nil }
        let (funds, overflows) = (account.cash + account.creditLimit).addingReportingOverflow(amount.minorUnits)
        if overflows { return nil }
        // Paying a bill lowers cash and debt alike, so this is known beforehand.
        let credit = funds - (account.frozen + account.due)
        guard LedgerPolicy.staysGood(account.state, availableCredit: credit) else { return nil }
        if command.key != .none, keys.record(of: command.key, hash: keyHash) != nil { return nil }

        // From here nothing can fail.
        account.cash += amount.minorUnits
        var recharged = Entry(.recharged, account: account.id, time: command.time.rawValue, currency: account.rawCurrency)
        recharged.amount = amount.minorUnits
        recharged.keyHigh = command.key.high
        recharged.keyLow = command.key.low
        let fingerprint = recharged.bodyFingerprint
        let pays = account.due > 0 && account.payableCash > 0
        if !pays { recharged.flags = .endsCommand }
        entries.append(recharged)
        let paid = pays ? payDueBills(of: &account, at: command.time, into: &entries) : (bills: 0, amount: 0)
        accounts[slot] = account
        balance.postRecharge(amount.minorUnits, paying: paid.amount, currency: account.rawCurrency)

        let outcome = Outcome(
            billsWrittenOff: paid.bills,
            amountWrittenOff: Amount(minorUnits: paid.amount),
            availableCredit: Amount(minorUnits: credit),
            standing: account.standing
        )
        if command.key != .none {
            keys.insert(KeyTable.Record(key: command.key, fingerprint: fingerprint, outcome: outcome), hash: keyHash)
        }
        return outcome
    }

    /// Pays due bills in write-off order from the cash that may pay, in part the last that it reaches.
    ///
    /// - Precondition: there is a due bill, and cash that may pay it.
    @inline(__always)
    private mutating func payDueBills(
        of account: inout AccountRecord,
        at time: Timestamp,
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
            let ends = left == 0 || (isSettled && bill.next == BillPool.none)
            entries.append(account.payment(of: paid, to: bill, at: time, endsCommand: ends))
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
}

extension AccountRecord {
    /// Whether cash is all that pays its bills, and nothing can cover its debt.
    @inline(__always)
    fileprivate var isPlain: Bool { writesOffAutomatically && !hasAttributes }

    /// The entry that tells that cash was paid towards a due bill.
    @inline(__always)
    fileprivate func payment(of amount: Int64, to bill: BillRecord, at time: Timestamp, endsCommand: Bool) -> Entry {
        var entry = Entry(.writtenOff, account: id, time: time.rawValue, currency: rawCurrency)
        if endsCommand { entry.flags = .endsCommand }
        if bill.isMarketplace { entry.flags.insert(.marketplace) }
        entry.region = bill.region
        entry.month = bill.month
        entry.product = bill.product
        entry.amount = amount
        entry.bill = bill.id
        entry.detail = UInt64(bill.outstanding - amount)
        return entry
    }
}
