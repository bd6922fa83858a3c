/// The provider's chart of accounts, as far as the settlement path touches it.
public enum ChartAccount: UInt8, Sendable, Hashable, CaseIterable {
    /// Asset: money that payment channels still owe us.
    case channelClearing
    /// Asset: money in the bank.
    case bank
    /// Asset: bills of months that are not closed; the sub-ledger is the frozen bills and their fractions.
    case unbilledReceivable
    /// Asset: due bills; the sub-ledger is the due bills.
    case dueReceivable
    /// Liability: the cash books of all fund accounts.
    case customerCash
    /// Liability: the refund books of all fund accounts.
    case refundBooks
    /// Income.
    case revenue
    /// Contra income: fractions of a minor unit given away.
    case roundDown
    /// Expense: charge-offs.
    case badDebt
    /// Liability: what is left of all stored-value cards.
    case storedValueCards
    /// Liability: what is left of all vouchers.
    case vouchers
    /// Liability: the note books of all fund accounts.
    case noteBooks
    /// Expense: vouchers given.
    case promotion

    /// How many there are; a literal, since every posting multiplies by it.
    static var count: Int { 13 }

    /// The number in the chart.
    public var number: Int {
        switch self {
        case .channelClearing: 1000
        case .bank: 1010
        case .unbilledReceivable: 1100
        case .dueReceivable: 1110
        case .customerCash: 2000
        case .noteBooks: 2005
        case .storedValueCards: 2020
        case .vouchers: 2030
        case .refundBooks: 2040
        case .revenue: 4000
        case .roundDown: 4090
        case .promotion: 5000
        case .badDebt: 5100
        }
    }
}

/// A balanced pair: the same sum on the debit side of one account and the credit side of another.
///
/// Every entry posts one pair or nothing, so the books balance by construction.
struct Posting: Hashable {
    var debit: ChartAccount
    var credit: ChartAccount
    var units: Int64 = 0
    /// 10⁻¹⁸ minor units.
    var fraction: UInt64 = 0
}

extension Entry {
    /// What the entry posts. Limits, deferrals and freezing promise money but move none: they post nothing.
    @inline(__always)
    func posting(_ kind: Kind) -> Posting? {
        let receivable = flags.contains(.frozen) ? ChartAccount.unbilledReceivable : .dueReceivable
        switch kind {
        case .recharged: return Posting(debit: .channelClearing, credit: .customerCash, units: amount)
        case .withdrawn: return Posting(debit: .customerCash, credit: .bank, units: amount)
        case .billIssued: return Posting(debit: receivable, credit: .revenue, units: amount)
        case .billFraction: return Posting(debit: .unbilledReceivable, credit: .revenue, fraction: detail)
        case .roundedDown: return Posting(debit: .roundDown, credit: .unbilledReceivable, fraction: detail)
        case .monthClosed: return Posting(debit: .dueReceivable, credit: .unbilledReceivable, units: amount)
        case .writtenOff: return Posting(debit: .customerCash, credit: receivable, units: amount)
        case .writtenOffFromRefunds: return Posting(debit: .refundBooks, credit: receivable, units: amount)
        case .refunded: return Posting(debit: .revenue, credit: .refundBooks, units: amount)
        case .writtenOffFromFund:
            return fundKind.map { Posting(debit: $0.account, credit: receivable, units: amount) }
        case .fundGranted: return fundKind.map { Posting(debit: $0.source, credit: $0.account, units: amount) }
        case .fundExpired: return fundKind.map { Posting(debit: $0.account, credit: $0.forfeit, units: amount) }
        case .adjusted: return Posting(debit: .revenue, credit: receivable, units: amount)
        case .chargedOff: return Posting(debit: .badDebt, credit: receivable, units: amount)
        case .accountOpened, .writeOffOrdered, .creditLimitSet, .automaticWriteOffSet, .deferralSet, .deferralCleared,
            .reassessed, .fundsExpired, .standingChanged, .monthCheckpoint, .nameInterned, .continuation:
            return nil
        }
    }
}

extension Fund.Kind {
    /// Where what is left of it stands.
    fileprivate var account: ChartAccount {
        switch self {
        case .voucher: .vouchers
        case .storedValueCard: .storedValueCards
        case .note: .noteBooks
        }
    }

    /// Vouchers are given, the others are paid for.
    fileprivate var source: ChartAccount { self == .voucher ? .promotion : .channelClearing }

    /// What expires unused was never given, or is earned.
    fileprivate var forfeit: ChartAccount { self == .voucher ? .promotion : .revenue }
}
