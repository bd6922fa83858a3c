/// The running balance of every account of the chart, per currency. Debits count up, credits down.
///
/// Whole minor units and fractions are added apart, each in 128 bits, so that no sum of 64-bit amounts can overflow.
public struct TrialBalance: Sendable, Hashable {
    private var units: [Int128]
    private var fractions: [Int128]

    init() {
        let cells = (Currency.allCases.count + 1) * ChartAccount.allCases.count
        units = Array(repeating: 0, count: cells)
        fractions = units
    }

    private static func cell(_ account: ChartAccount, _ currency: UInt8) -> Int {
        Int(currency) * ChartAccount.allCases.count + Int(account.rawValue)
    }

    /// Debits less credits in whole minor units.
    public func units(_ account: ChartAccount, _ currency: Currency) -> Int128 {
        units[Self.cell(account, currency.rawValue)]
    }

    /// Debits less credits beyond whole minor units, in 10⁻¹⁸ minor units.
    public func fractions(_ account: ChartAccount, _ currency: Currency) -> Int128 {
        fractions[Self.cell(account, currency.rawValue)]
    }

    mutating func post(_ posting: Posting, currency: UInt8) {
        let debit = Self.cell(posting.debit, currency)
        let credit = Self.cell(posting.credit, currency)
        if posting.units != 0 {
            units[debit] += Int128(posting.units)
            units[credit] -= Int128(posting.units)
        }
        if posting.fraction != 0 {
            fractions[debit] += Int128(posting.fraction)
            fractions[credit] -= Int128(posting.fraction)
        }
    }

    mutating func set(_ account: ChartAccount, _ currency: Currency, units: Int128, fractions: Int128) {
        self.units[Self.cell(account, currency.rawValue)] = units
        self.fractions[Self.cell(account, currency.rawValue)] = fractions
    }

    /// The books of two shards taken together.
    public static func + (a: Self, b: Self) -> Self {
        var sum = a
        for cell in sum.units.indices {
            sum.units[cell] += b.units[cell]
            sum.fractions[cell] += b.fractions[cell]
        }
        return sum
    }
}
