/// The balance of every account of the chart while entries are posted; a ``TrialBalance`` is its picture.
///
/// Kept in memory that is never shared: every entry posts here.
struct RunningBalance: ~Copyable, Sendable {
    private var unitCells = Slab<Int128>(repeating: 0, count: TrialBalance.cellCount)
    private var fractionCells = Slab<Int128>(repeating: 0, count: TrialBalance.cellCount)

    func units(_ account: ChartAccount, _ currency: Currency) -> Int128 {
        unitCells[TrialBalance.cell(account, currency.rawValue)]
    }

    func fractions(_ account: ChartAccount, _ currency: Currency) -> Int128 {
        fractionCells[TrialBalance.cell(account, currency.rawValue)]
    }

    /// O(1).
    @inline(__always)
    mutating func post(_ posting: Posting, currency: UInt8) {
        let debit = TrialBalance.cell(posting.debit, currency)
        let credit = TrialBalance.cell(posting.credit, currency)
        if posting.units != 0 {
            unitCells[debit] += Int128(posting.units)
            unitCells[credit] -= Int128(posting.units)
        }
        if posting.fraction != 0 {
            fractionCells[debit] += Int128(posting.fraction)
            fractionCells[credit] -= Int128(posting.fraction)
        }
    }

    /// What payments of due bills from cash post, in one go. O(1).
    @inline(__always)
    mutating func postPayments(_ amount: Int64, currency: UInt8) {
        post(Posting(debit: .customerCash, credit: .dueReceivable, units: amount), currency: currency)
    }

    /// The same with the recharge before them. O(1).
    @inline(__always)
    mutating func postRecharge(_ amount: Int64, paying paid: Int64, currency: UInt8) {
        unitCells[TrialBalance.cell(.channelClearing, currency)] += Int128(amount)
        unitCells[TrialBalance.cell(.customerCash, currency)] += Int128(paid - amount)
        unitCells[TrialBalance.cell(.dueReceivable, currency)] -= Int128(paid)
    }

    mutating func set(_ account: ChartAccount, _ currency: Currency, units: Int128, fractions: Int128) {
        unitCells[TrialBalance.cell(account, currency.rawValue)] = units
        fractionCells[TrialBalance.cell(account, currency.rawValue)] = fractions
    }

    /// What it shows now.
    var trialBalance: TrialBalance {
        let cells = 0..<TrialBalance.cellCount
        return TrialBalance(units: cells.map { unitCells[$0] }, fractions: cells.map { fractionCells[$0] })
    }
}
