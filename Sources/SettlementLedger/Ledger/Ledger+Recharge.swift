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
        key: IdempotencyKey,
        keyHash: UInt32,
        slot: UInt32,
        at time: Timestamp,
        into entries: inout [Entry]
    ) -> Outcome? {
        var account = accounts[slot]
        guard amount > .zero, account.isPlain else { return nil }
        let (funds, overflows) = (account.cash + account.creditLimit).addingReportingOverflow(amount.minorUnits)
        if overflows { return nil }
        // Paying a bill lowers cash and debt alike, so this is known beforehand.
        let credit = funds - (account.frozen + account.due)
        guard LedgerPolicy.staysGood(account.state, availableCredit: credit) else { return nil }
        let cell = key == .none ? nil : keys.vacancy(hash: keyHash)
        if key != .none, cell == nil, keys.record(of: key, hash: keyHash) != nil { return nil }

        // From here nothing can fail.
        account.cash += amount.minorUnits
        var recharged = Entry(.recharged, account: account.id, time: time.rawValue, currency: account.rawCurrency)
        recharged.amount = amount.minorUnits
        recharged.keyHigh = key.high
        recharged.keyLow = key.low
        let fingerprint = recharged.bodyFingerprint
        let pays = account.due > 0 && account.payableCash > 0
        if !pays { recharged.flags = .endsCommand }
        entries.append(recharged)
        let paid = pays ? payDueBills(of: &account, at: time, ends: true, into: &entries) : (bills: 0, amount: 0)
        accounts[slot] = account
        balance.postRecharge(amount.minorUnits, paying: paid.amount, currency: account.rawCurrency)

        let outcome = Outcome(
            billsWrittenOff: paid.bills,
            amountWrittenOff: Amount(minorUnits: paid.amount),
            availableCredit: Amount(minorUnits: credit),
            standing: account.standing
        )
        if key != .none {
            let record = KeyTable.Record(key: key, fingerprint: fingerprint, outcome: outcome)
            keys.insert(record, hash: keyHash, cell: cell)
        }
        return outcome
    }
}

extension AccountRecord {
    /// Whether cash is all that pays its bills, and nothing can cover its debt.
    @inline(__always)
    fileprivate var isPlain: Bool { writesOffAutomatically && !hasAttributes }
}
