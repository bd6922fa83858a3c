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

    private enum Keys: String, CodingKey {
        case month, duration, accounts, billsWrittenOff, billsLeftOpen, rangesSkipped, writeOffsPerSecond
    }

    /// Reads what was measured; the rate follows from it.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Keys.self)
        month = try container.decode(String.self, forKey: .month)
        duration = try container.decode(Int64.self, forKey: .duration)
        accounts = try container.decode(Int.self, forKey: .accounts)
        billsWrittenOff = try container.decode(Int.self, forKey: .billsWrittenOff)
        billsLeftOpen = try container.decode(Int.self, forKey: .billsLeftOpen)
        rangesSkipped = try container.decode(Int.self, forKey: .rangesSkipped)
    }

    /// Writes what was measured, and the rate for readers.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Keys.self)
        try container.encode(month, forKey: .month)
        try container.encode(duration, forKey: .duration)
        try container.encode(accounts, forKey: .accounts)
        try container.encode(billsWrittenOff, forKey: .billsWrittenOff)
        try container.encode(billsLeftOpen, forKey: .billsLeftOpen)
        try container.encode(rangesSkipped, forKey: .rangesSkipped)
        try container.encode(writeOffsPerSecond, forKey: .writeOffsPerSecond)
    }

    /// Durable write-offs each second.
    public var writeOffsPerSecond: Double {
        duration > 0 ? Double(billsWrittenOff) * 1e9 / Double(duration) : 0
    }
}
