/// What an account looks like from outside.
public struct AccountView: Sendable, Hashable {
    /// Whose figures these are.
    public var id: AccountID
    /// Of all amounts here.
    public var currency: Currency
    /// The cash book.
    public var cash: Amount
    /// Outstanding of bills of months that are not closed, held against credit.
    public var frozen: Amount
    /// Up to which the account may owe.
    public var creditLimit: Amount
    /// The sum of the refund books.
    public var refunds: Amount
    /// Outstanding of due bills.
    public var openDue: Amount
    /// Number of open bills, due and frozen.
    public var openCount: Int
    /// What is left of vouchers that are not ended; pays bills of the current month, and is no credit.
    public var vouchers: Amount
    /// What is left of stored-value cards that are not ended; pays bills of the current month, and is no credit.
    public var cards: Amount
    /// The note book: as good as cash.
    public var notes: Amount
    /// Cash + credit limit + refunds + notes − frozen − due. Arrears are judged by this.
    public var availableCredit: Amount
    /// What compute must obey.
    public var standing: Standing
    /// The regions in which the account has been billed.
    public var regions: RegionSet
    /// Whether funds are written off automatically.
    public var autoWriteOff: Bool
    /// The right to keep running in arrears, if it has been given.
    public var deferral: Deferral?

    /// The view of these figures.
    public init(
        id: AccountID,
        currency: Currency,
        cash: Amount,
        frozen: Amount,
        creditLimit: Amount,
        refunds: Amount,
        openDue: Amount,
        openCount: Int,
        availableCredit: Amount,
        standing: Standing,
        regions: RegionSet,
        autoWriteOff: Bool,
        deferral: Deferral?,
        vouchers: Amount = .zero,
        cards: Amount = .zero,
        notes: Amount = .zero
    ) {
        self.id = id
        self.currency = currency
        self.cash = cash
        self.frozen = frozen
        self.creditLimit = creditLimit
        self.refunds = refunds
        self.openDue = openDue
        self.openCount = openCount
        self.availableCredit = availableCredit
        self.standing = standing
        self.regions = regions
        self.autoWriteOff = autoWriteOff
        self.deferral = deferral
        self.vouchers = vouchers
        self.cards = cards
        self.notes = notes
    }
}

extension AccountView {
    /// What a console may show: available credit with vouchers and cards, which pay but are no credit.
    public var displayedCredit: Amount { availableCredit + vouchers + cards }
}

/// An open bill.
public struct BillView: Sendable, Hashable {
    /// The bill as issued; `fraction` is 0 once it is rounded away.
    public var bill: Bill
    /// What is still owed.
    public var outstanding: Amount
    /// Of a month that is not closed: held against credit, not due yet.
    public var isFrozen: Bool

    /// The view of these parts.
    public init(bill: Bill, outstanding: Amount, isFrozen: Bool) {
        self.bill = bill
        self.outstanding = outstanding
        self.isFrozen = isFrozen
    }
}

extension Ledger {
    /// What compute must obey; `nil`: no such account. O(1) expected.
    public func standing(of account: AccountID) -> Standing? {
        slot(of: account.rawValue).map { accounts[$0].standing }
    }

    /// The figures of an account; `nil`: no such account. O(1) expected.
    public func account(_ account: AccountID) -> AccountView? {
        slot(of: account.rawValue).map { view(of: $0) }
    }

    /// The account in a slot. O(1).
    /// - Precondition: `slot` is below ``accountCount``.
    public func account(atSlot slot: UInt32) -> AccountView { view(of: slot) }

    /// The open bills of an account in write-off order, the due ones before the frozen; none if there is no such account.
    /// O(open bills).
    public func openBills(of account: AccountID) -> [BillView] {
        guard let slot = slot(of: account.rawValue) else { return [] }
        var views: [BillView] = []
        views.reserveCapacity(accounts[slot].openCount)
        for head in [accounts[slot].dueHead, accounts[slot].frozenHead] {
            var place = head
            while place != BillPool.none {
                let record = bills[place]
                views.append(
                    BillView(
                        bill: record.bill,
                        outstanding: Amount(minorUnits: record.outstanding),
                        isFrozen: record.isFrozen
                    )
                )
                place = record.next
            }
        }
        return views
    }

    private func sum(of kind: Fund.Kind, slot: UInt32) -> Amount {
        Amount(minorUnits: accounts[slot].hasAttributes ? attributes[slot]?.sum(of: kind) ?? 0 : 0)
    }

    private func view(of slot: UInt32) -> AccountView {
        let record = accounts[slot]
        return AccountView(
            id: AccountID(record.id),
            currency: record.currency,
            cash: Amount(minorUnits: record.cash),
            frozen: Amount(minorUnits: record.frozen),
            creditLimit: Amount(minorUnits: record.creditLimit),
            refunds: Amount(minorUnits: refunds(of: slot)),
            openDue: Amount(minorUnits: record.due),
            openCount: record.openCount,
            availableCredit: availableCredit(of: slot),
            standing: record.standing,
            regions: RegionSet(rawValue: record.regions),
            autoWriteOff: record.writesOffAutomatically,
            deferral: attributes[slot]?.deferral,
            vouchers: sum(of: .voucher, slot: slot),
            cards: sum(of: .storedValueCard, slot: slot),
            notes: sum(of: .note, slot: slot)
        )
    }
}
