/// What pays beside cash: vouchers, cards, refund books and notes. Accounts that have none do not come here.
extension Ledger {
    /// The vouchers, cards and notes of an account in the order of use, also those that have expired and are not ended
    /// yet; none if there is no such account. O(funds).
    public func funds(of account: AccountID) -> [Fund] {
        slot(of: account.rawValue).flatMap { attributes[$0]?.funds } ?? []
    }

    /// Why a fund cannot be granted.
    func refusal(of fund: Fund, slot: UInt32, at time: Timestamp) -> Refusal? {
        if fund.amount <= .zero { return .invalidAmount }
        let isRestricted = fund.expiry != nil || fund.product != nil
        if fund.kind == .note ? isRestricted : fund.isExpired(at: time) { return .invalidFund }
        let held = attributes[slot]?.funds ?? []
        if held.contains(where: { $0.id == fund.id }) { return .fundExists }
        if held.count >= Fund.countMax { return .tooManyFunds }
        return holdings(of: slot).addingReportingOverflow(fund.amount.minorUnits).overflow ? .overflow : nil
    }

    /// What an account can pay towards one open bill beside cash.
    func booksReach(_ place: UInt32, of slot: UInt32, at time: Timestamp) -> Int64 {
        guard let books = attributes[slot] else { return 0 }
        return grants(for: place, of: slot, at: time).reduce(0) { $0 + $1.amount.minorUnits }
            + books.payable(month: Month(rawValue: bills[place].month)) + books.sum(of: .note)
    }

    /// Vouchers and cards that may pay an open bill now. They pay no bill of another month, hence none that is due.
    private func grants(for place: UInt32, of slot: UInt32, at time: Timestamp) -> [Fund] {
        let bill = bills[place]
        let month = Month(rawValue: bill.month)
        guard let held = attributes[slot]?.funds, bill.isFrozen, policy.hasBegun(month, at: time),
            !policy.isOver(month, at: time)
        else { return [] }
        return held.filter { $0.kind != .note && $0.pays(ProductCode(bill.product)) && !$0.isExpired(at: time) }
    }
}

/// Paying bills.
extension Ledger {
    /// Writes off due bills of an account that may have refund books or notes. Only a book of a month later than the first
    /// due bills' makes it pass over those that the book may not pay.
    mutating func writeOffDueBillsFromBooks(of slot: UInt32, at time: Timestamp, into entries: inout [Entry]) {
        var place = accounts[slot].dueHead
        while place != BillPool.none, accounts[slot].payableCash > 0 || booksReachADueBill(of: slot) {
            let next = bills[place].next
            pay(place, of: slot, at: time, cash: accounts[slot].payableCash, into: &entries)
            place = next
        }
    }

    /// Whether there is a note, or the latest due bill may be paid from the earliest refund book.
    private func booksReachADueBill(of slot: UInt32) -> Bool {
        guard let books = attributes[slot], accounts[slot].due > 0 else { return false }
        if books.holdsNote { return true }
        guard let earliest = books.refundBooks.first else { return false }
        return earliest.month.rawValue <= bills[bills.last(of: accounts[slot].dueHead)].month
    }

    /// Vouchers and cards pay a bill of the current month when it is issued: when it becomes due, the month is over.
    mutating func payWhenIssued(_ id: BillID, of slot: UInt32, at time: Timestamp, into entries: inout [Entry]) {
        guard accounts[slot].writesOffAutomatically, let place = openBill(id, of: slot), bills[place].outstanding > 0
        else { return }
        let hasFraction = bills[place].fraction > 0
        let remaining = payFromGrants(place, of: slot, at: time, into: &entries)
        // What is left of it now is a fraction, and that keeps the bill open.
        if remaining == 0, hasFraction { roundDown(place, at: time, into: &entries) }
    }

    /// Applies all books but cash to one bill: vouchers, cards, refund books that may pay it, earliest first, notes.
    ///
    /// - Returns: what is still outstanding; at 0 the bill may be gone.
    mutating func payFromBooks(
        _ place: UInt32,
        of slot: UInt32,
        at time: Timestamp,
        into entries: inout [Entry]
    ) -> Int64 {
        let month = bills[place].month
        var remaining = payFromGrants(place, of: slot, at: time, into: &entries)
        while remaining > 0, let book = attributes[slot]?.refundBooks.first, book.month.rawValue <= month {
            let amount = min(book.amount, remaining)
            remaining -= amount
            var paid = payment(.writtenOffFromRefunds, of: amount, to: place, at: time)
            paid.keyLow = UInt64(book.month.rawValue)
            emit(paid, slot: slot, bill: place, into: &entries)
        }
        let notes = attributes[slot]?.funds.filter { $0.kind == .note } ?? []
        pay(&remaining, of: place, from: notes, of: slot, at: time, into: &entries)
        return remaining
    }

    /// - Returns: what is still outstanding; at 0 the bill may be gone.
    private mutating func payFromGrants(
        _ place: UInt32,
        of slot: UInt32,
        at time: Timestamp,
        into entries: inout [Entry]
    ) -> Int64 {
        var remaining = bills[place].outstanding
        let grants = grants(for: place, of: slot, at: time)
        pay(&remaining, of: place, from: grants, of: slot, at: time, into: &entries)
        return remaining
    }

    private mutating func pay(
        _ remaining: inout Int64,
        of place: UInt32,
        from funds: [Fund],
        of slot: UInt32,
        at time: Timestamp,
        into entries: inout [Entry]
    ) {
        for fund in funds where remaining > 0 {
            let amount = min(fund.amount.minorUnits, remaining)
            remaining -= amount
            var paid = payment(.writtenOffFromFund, of: amount, to: place, at: time)
            paid.keyLow = fund.id.rawValue
            paid.keyHigh = UInt64(fund.kind.rawValue)
            emit(paid, slot: slot, bill: place, into: &entries)
        }
    }
}

/// Granting and expiring.
extension Ledger {
    /// When the next fund expires, or an earlier instant at which one that is used up would have; `nil`: none does. O(1).
    public var nextFundExpiry: Timestamp? { fundExpiries.next }

    /// Accounts, at most `limit`, that hold a fund whose expiry has come by `time`, in the order of their slots: each is to
    /// be sent ``Operation/expireFunds``, and is named again until it is done. O(limit × log funds), whatever else there is,
    /// and O(log funds) for each fund that was used up before its expiry.
    public mutating func accountsWithFundsExpired(at time: Timestamp, atMost limit: Int) -> [AccountID] {
        let slots = fundExpiries.due(at: time, atMost: limit) { slot, expiry in
            attributes[slot]?.funds.contains { $0.expiry == expiry } ?? false
        }
        return slots.map { AccountID(accounts[$0].id) }
    }

    /// Ends what has expired.
    mutating func expireFunds(body: Entry, slot: UInt32, at time: Timestamp, into entries: inout [Entry]) {
        let expired = attributes[slot]?.funds.filter { $0.isExpired(at: time) } ?? []
        if !expired.isEmpty || body.key != .none { emit(body, slot: slot, into: &entries) }
        for fund in expired {
            var ended = entry(.fundExpired, slot: slot, at: time)
            ended.amount = fund.amount.minorUnits
            ended.bill = fund.id.rawValue
            ended.keyHigh = UInt64(fund.kind.rawValue)
            emit(ended, slot: slot, into: &entries)
        }
    }

    mutating func foldFund(_ entry: Entry, _ kind: Entry.Kind, _ slot: UInt32) {
        switch kind {
        case .fundGranted:
            guard let fund = entry.fund else { preconditionFailure("no such kind of fund: \(entry.month)") }
            changeAttributes(slot) { $0.add(fund) }
            if let expiry = fund.expiry { fundExpiries.add(expiry, slot: slot) }
        case .fundExpired: changeAttributes(slot) { $0.take(entry.amount, from: FundID(entry.bill)) }
        default: changeAttributes(slot) { $0.take(entry.amount, from: FundID(entry.keyLow)) }
        }
    }
}
