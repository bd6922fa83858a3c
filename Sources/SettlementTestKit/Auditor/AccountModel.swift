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
        /// The refund book it came from; `nil`: cash.
        var book: Month?
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
    var availableCredit: Int64 { cash + creditLimit + refunds - frozen - due }

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
    func reach(_ open: OpenBill) -> Int64 {
        let held = frozen - (open.isFrozen ? open.outstanding : 0)
        let fromBooks = books.filter { $0.month <= open.bill.month }.reduce(0) { $0 + $1.amount }
        return fromBooks + max(0, min(cash, cash + creditLimit - held))
    }
}
