public import SettlementLedger

/// Credit for a while, on top of the limit that stays: the buffer of a certified firm, help over one bad season.
public struct CreditGrant: Sendable, Hashable {
    /// Who may owe more.
    public var account: AccountID
    /// How much more, in minor units of the account's currency.
    public var amount: Amount
    /// The first instant at which it counts.
    public var begins: Timestamp
    /// The first instant at which it counts no more.
    public var ends: Timestamp

    /// - Precondition: `amount` is positive and `ends` is after `begins`.
    public init(of amount: Amount, to account: AccountID, from begins: Timestamp, until ends: Timestamp) {
        precondition(amount > .zero, "a credit grant is of a positive amount")
        precondition(begins < ends, "a credit grant ends after it begins")
        self.account = account
        self.amount = amount
        self.begins = begins
        self.ends = ends
    }

    /// A grant that ends so many calendar months later, at the same time of day in `zone`.
    ///
    /// - Precondition: `amount` and `months` are positive.
    public init(
        of amount: Amount,
        to account: AccountID,
        from begins: Timestamp,
        months: Int,
        in zone: ZoneRules = .shanghai
    ) {
        self.init(of: amount, to: account, from: begins, until: begins.adding(.months(months), in: zone))
    }

    /// Whether it counts at `time`.
    public func counts(at time: Timestamp) -> Bool { begins <= time && time < ends }
}

/// A closed account that was opened again is under credit review for a while: it may owe nothing.
public struct Probation: Sendable, Hashable {
    /// What the vendors' documents ask for.
    public static let usualMonths = 6

    /// The account that is under review.
    public var account: AccountID
    /// The account that was closed before it; `nil`: the same was opened again.
    public var former: AccountID?
    /// When it was opened again.
    public var begins: Timestamp
    /// The first instant at which it may have credit again.
    public var ends: Timestamp

    /// A review that ends so many calendar months later, at the same time of day in `zone`.
    ///
    /// - Precondition: `months` is positive.
    public init(
        of account: AccountID,
        after former: AccountID? = nil,
        from begins: Timestamp,
        months: Int = usualMonths,
        in zone: ZoneRules = .shanghai
    ) {
        precondition(months > 0, "a credit review lasts a month at least")
        self.account = account
        self.former = former
        self.begins = begins
        self.ends = begins.adding(.months(months), in: zone)
    }

    /// Whether the account is under review at `time`.
    public func counts(at time: Timestamp) -> Bool { begins <= time && time < ends }
}
