internal import Settlement

/// What a month end did and how fast.
public struct MonthEndResult: Sendable, Hashable, Codable {
    /// The month that was closed, as `2026-10`.
    public var month: String
    /// From its beginning to its last durable range, in nanoseconds.
    public var duration: Int64
    /// Accounts looked at.
    public var accounts: Int
    /// Bills written off, each durable.
    public var billsWrittenOff: Int
    /// Bills that became due and stay open for lack of funds.
    public var billsLeftOpen: Int
    /// Account ranges that an earlier, interrupted run had closed.
    public var rangesSkipped: Int

    init(_ month: Month, _ progress: MonthEndProgress, nanoseconds: Int64) {
        self.month = month.description
        self.duration = nanoseconds
        self.accounts = progress.accountsVisited
        self.billsWrittenOff = progress.billsWrittenOff
        self.billsLeftOpen = progress.billsLeftOpen
        self.rangesSkipped = progress.rangesSkipped
    }

    /// Durable write-offs each second.
    public var writeOffsPerSecond: Double {
        duration > 0 ? Double(billsWrittenOff) * 1e9 / Double(duration) : 0
    }
}
