/// The balance of every account of the chart, per currency. Debits count up, credits down.
///
/// Whole minor units and fractions are added apart, each in 128 bits, so that no sum of 64-bit amounts can overflow.
public struct TrialBalance: Sendable, Hashable {
    private var units: [Int128]
    private var fractions: [Int128]

    static let cellCount = (Currency.allCases.count + 1) * ChartAccount.count

    /// The books of a ledger in which nothing has happened.
    init() {
        let zeros = [Int128](repeating: 0, count: Self.cellCount)
        self.init(units: zeros, fractions: zeros)
    }

    /// - Precondition: one value for each cell.
    init(units: [Int128], fractions: [Int128]) {
        precondition(units.count == Self.cellCount && fractions.count == Self.cellCount, "a balance for each cell")
        self.units = units
        self.fractions = fractions
    }

    @inline(__always)
    static func cell(_ account: ChartAccount, _ currency: UInt8) -> Int {
        Int(currency) * ChartAccount.count + Int(account.rawValue)
    }

    /// Debits less credits in whole minor units.
    public func units(_ account: ChartAccount, _ currency: Currency) -> Int128 {
        units[Self.cell(account, currency.rawValue)]
    }

    /// Debits less credits beyond whole minor units, in 10⁻¹⁸ minor units.
    public func fractions(_ account: ChartAccount, _ currency: Currency) -> Int128 {
        fractions[Self.cell(account, currency.rawValue)]
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
