public import SettlementLedger

/// When the holder of an account is to be warned: the rules, as data.
public struct AlertRules: Sendable, Hashable {
    /// Warn when available credit falls below this; then once a day, as often as ``creditReminders`` says.
    public var creditBelow: Amount?
    /// Reminders on the days after the first warning while credit stays below (Alibaba Cloud: 5).
    public var creditReminders = 5
    /// Warn when cash falls below this share, in percent, of what it was after the last recharge.
    public var cashSharePercent: Int?
    /// Warn that a freeze is near when cash falls below this.
    public var cashBelow: Amount?
    /// On which day of a month the means of payment are to be checked, 1 through 28.
    public var paymentCheckDay: Int?
    /// At which second of that day.
    public var paymentCheckSecond = 9 * 3_600
    /// On whose calendar days are counted.
    public var timeZone: ZoneRules

    /// - Precondition: percentages are 1 through 99, the day 1 through 28, reminders not negative.
    public init(
        creditBelow: Amount? = nil,
        cashSharePercent: Int? = nil,
        cashBelow: Amount? = nil,
        paymentCheckDay: Int? = nil,
        timeZone: ZoneRules = .shanghai
    ) {
        precondition(cashSharePercent.map { (1..<100).contains($0) } ?? true, "a share is 1 to 99 percent")
        precondition(paymentCheckDay.map { (1...28).contains($0) } ?? true, "every month has days 1 to 28")
        self.creditBelow = creditBelow
        self.cashSharePercent = cashSharePercent
        self.cashBelow = cashBelow
        self.paymentCheckDay = paymentCheckDay
        self.timeZone = timeZone
    }

    /// Credit below 100.00, half of the account's amount, cash below 800.00, a check on the 7th: for currencies of two decimals.
    public static let scenario = AlertRules(
        creditBelow: Amount(minorUnits: 100_00),
        cashSharePercent: 50,
        cashBelow: Amount(minorUnits: 800_00),
        paymentCheckDay: 7
    )
}

/// A warning to the holder of an account.
public struct Alert: Sendable, Hashable {
    /// What it is about.
    public enum Kind: Sendable, Hashable {
        /// Available credit has fallen below the threshold; `day` 0, then a reminder on each day after it.
        case creditLow(credit: Amount, threshold: Amount, day: Int)
        /// Cash has fallen below a share of what it was after the last recharge.
        case cashShareLow(cash: Amount, of: Amount)
        /// Cash is so low that a freeze is near.
        case freezeNear(cash: Amount, threshold: Amount)
        /// The means of payment are to be checked.
        case paymentMethodCheck
        /// A group has spent so many percent of its budget for a period.
        case budgetSpent(group: BudgetGroup, percent: Int, spent: Amount, limit: Amount)
    }

    /// Whose account. With ``kind`` and ``time`` the identity of the alert.
    public var account: AccountID
    /// When it became true.
    public var time: Timestamp
    /// What it is about.
    public var kind: Kind

    /// An alert of an instant.
    public init(account: AccountID, time: Timestamp, _ kind: Kind) {
        self.account = account
        self.time = time
        self.kind = kind
    }
}
