/// A wish of a caller: what shall happen to one account, when, under which key.
public struct Command: Sendable, Hashable {
    /// The account that it concerns.
    public var account: AccountID
    /// Business time of the command; the ledger has no other clock.
    public var time: Timestamp
    /// Under which it has one effect, however often it is submitted.
    public var key: IdempotencyKey
    /// What shall happen.
    public var operation: Operation

    /// - Parameter key: with ``IdempotencyKey/none`` each submission has its effect.
    public init(_ operation: Operation, account: AccountID, time: Timestamp, key: IdempotencyKey = .none) {
        self.account = account
        self.time = time
        self.key = key
        self.operation = operation
    }
}

/// What a command does.
public enum Operation: Sendable, Hashable {
    /// Opens a fund account in one currency for its whole life.
    case openAccount(currency: Currency, creditLimit: Amount)
    /// Cleared funds arrive; due bills are written off in order as far as they reach.
    case recharge(Amount)
    /// A bill for a month. Of a past month it is due at once; of the current month it is frozen against credit.
    case issueBill(Bill)
    /// Pays one chosen bill in full from the account's funds.
    case writeOff(BillID)
    /// The limit up to which the account may owe.
    case setCreditLimit(Amount)
    /// Whether funds are written off automatically. Only an account with a credit limit may switch it off.
    case setAutomaticWriteOff(Bool)
    /// The right to keep running in arrears.
    case setDeferral(Deferral)
    /// Ends the right to keep running in arrears.
    case clearDeferral
    /// Returns consumption of `month` to the account's refund book of that month.
    case refund(Amount, month: Month)
    /// A voucher is given, a stored-value card or a note is bought. It pays what is due or issued from then on.
    case grantFund(Fund)
    /// Ends the account's funds whose expiry has come. What has expired pays nothing before this either.
    case expireFunds
    /// A credit note: lowers what is outstanding of an open bill.
    case adjust(BillID, by: Amount)
    /// Gives up what is outstanding of an open bill as bad debt.
    case chargeOff(BillID)
    /// Cash that is neither frozen nor owed leaves the account.
    case withdraw(Amount)
    /// Frozen bills of months up to this one become due, rounded down, and are deducted.
    case closeMonth(Month)
    /// Recomputes the standing at the command's time, for instance after a deferral has run out.
    case reassess
}

/// An amount owed for one month, business line, product and region.
public struct Bill: Sendable, Hashable {
    /// Unique among the open bills.
    public var id: BillID
    /// The month that is billed; first in the write-off order.
    public var month: Month
    /// Whose revenue it is; second in the write-off order.
    public var line: BusinessLine
    /// What is billed.
    public var product: ProductCode
    /// Where the product runs.
    public var region: RegionID
    /// Creation time: decides the write-off order within a month and line.
    public var created: Timestamp
    /// Whole minor units of the gross amount.
    public var amount: Amount
    /// What the gross amount has beyond whole minor units, in 10⁻¹⁸ minor units: 0 ..< 10¹⁸.
    /// It is rounded away when the bill becomes due, with an explicit round-down entry.
    public var fraction: UInt64

    /// The bill of these parts.
    public init(
        id: BillID,
        month: Month,
        line: BusinessLine = .provider,
        product: ProductCode,
        region: RegionID,
        created: Timestamp,
        amount: Amount,
        fraction: UInt64 = 0
    ) {
        self.id = id
        self.month = month
        self.line = line
        self.product = product
        self.region = region
        self.created = created
        self.amount = amount
        self.fraction = fraction
    }
}

/// The right to keep running in arrears up to a quota and/or a date. It is not a cap on debt.
public struct Deferral: Sendable, Hashable {
    /// Debt up to which the account keeps running; `nil`: any debt.
    public var quota: Amount?
    /// Instant at which the right ends; `nil`: none.
    public var until: Timestamp?
    /// Without limits, any debt is covered for ever.
    public init(quota: Amount? = nil, until: Timestamp? = nil) {
        self.quota = quota
        self.until = until
    }
}
