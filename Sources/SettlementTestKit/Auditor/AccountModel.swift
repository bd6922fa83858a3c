internal import Settlement

/// One fund account by the plain rules: a list of bills that is sorted when somebody asks, sums that are added up anew.
///
/// It shares the vocabulary with the ledger and none of its code, so that the two can contradict each other.
struct AccountModel {
    struct OpenBill {
        var bill: Bill
        var outstanding: Int64
        var fraction: UInt64
        var isFrozen: Bool
    }

    struct RefundBook {
        var month: Month
        var amount: Int64
    }

    /// Money that went from the account to one of its bills.
    struct Payment: Hashable {
        var bill: BillID
        var amount: Int64
        /// The refund book it came from.
        var book: Month?
        /// The voucher, card or note it came from; with no book either: cash.
        var fund: FundID?
        /// What was still owed afterwards.
        var left: Int64
    }

    /// A fraction of a bill that was given away.
    struct RoundDown: Hashable {
        var bill: BillID
        var fraction: UInt64
    }

    /// What a command did to the account, besides the account itself.
    struct Effect {
        var payments: [Payment] = []
        var roundDowns: [RoundDown] = []
        var standingChanged = false
    }

    var currency: Currency
    var cash: Int64 = 0
    var creditLimit: Int64
    var books: [RefundBook] = []
    var funds: [Fund] = []
    var deferral: Deferral?
    var writesOffAutomatically = true
    var bills: [OpenBill] = []
    var state = Standing.State.good
    var epoch: UInt32 = 0
    var regions: RegionSet = []

    init(currency: Currency, creditLimit: Int64) {
        self.currency = currency
        self.creditLimit = creditLimit
    }

    var standing: Standing { Standing(state: state, epoch: epoch) }
    var refunds: Int64 { books.reduce(0) { $0 + $1.amount } }
    var frozen: Int64 { bills.filter(\.isFrozen).reduce(0) { $0 + $1.outstanding } }
    var due: Int64 { bills.filter { !$0.isFrozen }.reduce(0) { $0 + $1.outstanding } }
    var notes: Int64 { sum(of: .note) }
    var availableCredit: Int64 { cash + creditLimit + refunds + notes - frozen - due }

    func sum(of kind: Fund.Kind) -> Int64 {
        funds.filter { $0.kind == kind }.reduce(0) { $0 + $1.amount.minorUnits }
    }

    /// Vouchers before cards before notes; of one kind what ends first, then what is dedicated, then by number.
    var fundsInOrder: [Fund] {
        funds.sorted { a, b in
            if a.kind != b.kind { return a.kind.rawValue < b.kind.rawValue }
            let ends = (a.expiry?.rawValue ?? .max, b.expiry?.rawValue ?? .max)
            if ends.0 != ends.1 { return ends.0 < ends.1 }
            if (a.product != nil) != (b.product != nil) { return a.product != nil }
            return a.id < b.id
        }
    }

    /// Vouchers and cards that may pay a bill now: of the current month, not due yet, and of the fund's product.
    func grants(for open: OpenBill, at time: Timestamp, _ policy: ModelPolicy) -> [Fund] {
        guard open.isFrozen, open.bill.month == policy.month(time) else { return [] }
        return fundsInOrder.filter { fund in
            if fund.kind == .note { return false }
            if let product = fund.product, product != open.bill.product { return false }
            return fund.expiry.map { $0 > time } ?? true
        }
    }

    /// Open bills in write-off order, the due ones before the frozen.
    var billsInOrder: [OpenBill] {
        bills.sorted { a, b in
            if a.isFrozen != b.isFrozen { return b.isFrozen }
            if a.bill.month != b.bill.month { return a.bill.month < b.bill.month }
            if a.bill.line != b.bill.line { return a.bill.line == .provider }
            if a.bill.created != b.bill.created { return a.bill.created < b.bill.created }
            return a.bill.id < b.bill.id
        }
    }

    func bill(_ id: BillID) -> OpenBill? { bills.first { $0.bill.id == id } }

    /// What can be paid towards one chosen bill; the hold of a frozen bill does not stand in its own way.
    func reach(_ open: OpenBill, at time: Timestamp, _ policy: ModelPolicy) -> Int64 {
        let held = frozen - (open.isFrozen ? open.outstanding : 0)
        let fromBooks = books.filter { $0.month <= open.bill.month }.reduce(0) { $0 + $1.amount }
        let granted = grants(for: open, at: time, policy).reduce(0) { $0 + $1.amount.minorUnits }
        return granted + fromBooks + notes + max(0, min(cash, cash + creditLimit - held))
    }
}
