extension Ledger {
    /// The first reason, in the order of ``Refusal``, for which a command cannot be applied. Changes nothing.
    @inline(__always)
    func refusal(of command: Command, slot: UInt32?) -> Refusal? {
        guard let slot else {
            guard case .openAccount(_, let limit) = command.operation else { return .unknownAccount }
            return limit < .zero ? .invalidCreditLimit : nil
        }
        switch command.operation {
        case .openAccount:
            return .accountExists
        case .recharge(let amount):
            if amount <= .zero { return .invalidAmount }
            return overflows(holdings(of: slot), amount) ? .overflow : nil
        case .issueBill(let bill):
            return refusal(of: bill, slot: slot, at: command.time)
        case .writeOff(let id):
            guard let place = openBill(id, of: slot) else { return .billNotOpen }
            return funds(toPay: place, of: slot, at: command.time) < bills[place].outstanding ? .insufficientFunds : nil
        case .setCreditLimit(let limit):
            if limit < .zero { return .invalidCreditLimit }
            return overflows(holdings(of: slot) - accounts[slot].creditLimit, limit) ? .overflow : nil
        case .setAutomaticWriteOff(let isOn):
            return !isOn && accounts[slot].creditLimit == 0 ? .creditCustomersOnly : nil
        case .setDeferral(let deferral):
            return deferral.quota.map { $0 < .zero } ?? false ? .invalidAmount : nil
        case .refund(let amount, let month):
            if amount <= .zero { return .invalidAmount }
            if !policy.hasBegun(month, at: command.time) { return .monthNotOver }
            return overflows(holdings(of: slot), amount) ? .overflow : nil
        case .adjust(let id, let amount):
            if amount <= .zero { return .invalidAmount }
            guard let place = openBill(id, of: slot) else { return .billNotOpen }
            return amount.minorUnits > bills[place].outstanding ? .exceedsOutstanding : nil
        case .chargeOff(let id):
            return openBill(id, of: slot) == nil ? .billNotOpen : nil
        case .withdraw(let amount):
            if amount <= .zero { return .invalidAmount }
            return amount.minorUnits > accounts[slot].withdrawableCash ? .insufficientFunds : nil
        case .closeMonth(let month):
            return isOver(month, at: command.time) ? nil : .monthNotOver
        case .grantFund(let fund):
            return refusal(of: fund, slot: slot, at: command.time)
        case .clearDeferral, .reassess, .expireFunds:
            return nil
        }
    }

    @inline(__always)
    private func refusal(of bill: Bill, slot: UInt32, at time: Timestamp) -> Refusal? {
        let isNothing = bill.amount == .zero && bill.fraction == 0
        if bill.amount < .zero || isNothing || bill.fraction >= ExactAmount.unitsPerMinorUnit { return .invalidAmount }
        if !policy.hasBegun(bill.month, at: time) { return .monthNotOver }
        if openBill(bill.id, of: slot) != nil { return .billExists }
        if accounts[slot].openCount >= min(policy.openBillsMax, AccountRecord.maximumOpenBills) {
            return .tooManyOpenBills
        }
        return overflows(accounts[slot].frozen + accounts[slot].due, bill.amount) ? .overflow : nil
    }

    /// Whether a month can be closed at this time. O(1).
    @inline(__always)
    public func isOver(_ month: Month, at time: Timestamp) -> Bool { policy.isOver(month, at: time) }

    /// All that counts for an account's credit.
    @inline(__always)
    private func funds(of slot: UInt32) -> Int64 {
        let books = accounts[slot].hasAttributes ? attributes[slot].map { $0.refunds + $0.sum(of: .note) } ?? 0 : 0
        return accounts[slot].cash + accounts[slot].creditLimit + books
    }

    /// All that an account has, whatever it may pay; kept within 64 bits, as is what it owes, so that no sum can overflow.
    @inline(__always)
    func holdings(of slot: UInt32) -> Int64 {
        let books = accounts[slot].hasAttributes ? attributes[slot].map { $0.refunds + $0.fundSum } ?? 0 : 0
        return accounts[slot].cash + accounts[slot].creditLimit + books
    }

    private func overflows(_ sum: Int64, _ amount: Amount) -> Bool {
        sum.addingReportingOverflow(amount.minorUnits).overflow
    }

    /// The sum of an account's refund books.
    @inline(__always)
    func refunds(of slot: UInt32) -> Int64 {
        accounts[slot].hasAttributes ? attributes[slot]?.refunds ?? 0 : 0
    }

    /// Cash + credit limit + refunds + notes − frozen − due. O(1), plus O(refund books and funds).
    @inline(__always)
    func availableCredit(of slot: UInt32) -> Int64 {
        funds(of: slot) - (accounts[slot].frozen + accounts[slot].due)
    }

    /// - Returns: the same as an ``Amount``.
    @inline(__always)
    func availableCredit(of slot: UInt32) -> Amount { Amount(minorUnits: availableCredit(of: slot)) }

    /// What the account can pay towards one chosen bill. The hold of a frozen bill does not stand in its own way.
    func funds(toPay place: UInt32, of slot: UInt32, at time: Timestamp) -> Int64 {
        let account = accounts[slot]
        let bill = bills[place]
        let frozen = bill.isFrozen ? account.frozen - bill.outstanding : account.frozen
        let books = account.hasAttributes ? booksReach(place, of: slot, at: time) : 0
        return books + account.payableCash(frozen: frozen)
    }
}
