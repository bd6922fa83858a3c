/// What only a few accounts have: refund books, vouchers, cards, notes and a deferral.
struct AccountAttributes: Sendable, Hashable {
    /// Consumption of one month that was returned; pays only bills of that month or later.
    struct RefundBook: Sendable, Hashable {
        var month: Month
        var amount: Int64
    }

    /// Earliest month first, none empty.
    private(set) var refundBooks: [RefundBook] = []
    /// In the order of use, none empty.
    private(set) var funds: [Fund] = []
    var deferral: Deferral?

    var isEmpty: Bool { refundBooks.isEmpty && funds.isEmpty && deferral == nil }
    var refunds: Int64 { refundBooks.reduce(0) { $0 + $1.amount } }

    mutating func add(_ amount: Int64, month: Month) {
        let place = refundBooks.firstIndex { $0.month >= month } ?? refundBooks.count
        if place < refundBooks.count, refundBooks[place].month == month {
            refundBooks[place].amount += amount
        } else {
            refundBooks.insert(RefundBook(month: month, amount: amount), at: place)
        }
    }

    /// - Precondition: the book of `month` holds at least `amount`.
    mutating func take(_ amount: Int64, month: Month) {
        guard let place = refundBooks.firstIndex(where: { $0.month == month }), refundBooks[place].amount >= amount
        else {
            preconditionFailure("the refund book of \(month) does not hold \(amount)")
        }
        refundBooks[place].amount -= amount
        if refundBooks[place].amount == 0 { refundBooks.remove(at: place) }
    }

    /// What the books may pay towards a bill of `month`.
    func payable(month: Month) -> Int64 {
        refundBooks.reduce(0) { $1.month <= month ? $0 + $1.amount : $0 }
    }
}

/// Vouchers, cards and notes.
extension AccountAttributes {
    var holdsNote: Bool { funds.last?.kind == .note }
    var fundSum: Int64 { funds.reduce(0) { $0 + $1.amount.minorUnits } }
    func sum(of kind: Fund.Kind) -> Int64 { funds.reduce(0) { $1.kind == kind ? $0 + $1.amount.minorUnits : $0 } }
    func fund(_ id: FundID) -> Fund? { funds.first { $0.id == id } }

    mutating func add(_ fund: Fund) {
        funds.insert(fund, at: funds.firstIndex { fund.precedes($0) } ?? funds.count)
    }

    /// - Precondition: the fund holds at least `amount`.
    mutating func take(_ amount: Int64, from id: FundID) {
        guard let place = funds.firstIndex(where: { $0.id == id }), funds[place].amount.minorUnits >= amount else {
            preconditionFailure("fund \(id.rawValue) does not hold \(amount)")
        }
        funds[place].amount.minorUnits -= amount
        if funds[place].amount == .zero { funds.remove(at: place) }
    }
}
