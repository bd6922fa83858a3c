/// An amount of money beyond minor units: a count of 10⁻¹⁸ minor units in 128 bits, exact.
///
/// Reaches about ±1.7 × 10²⁰ minor units. Sums of billing lines are kept in it and rounded once.
public struct ExactAmount: Sendable, Hashable, Comparable, BitwiseCopyable {
    /// 10⁻¹⁸ minor units.
    public var rawValue: Int128

    /// - Parameter rawValue: 10⁻¹⁸ minor units.
    public init(rawValue: Int128) { self.rawValue = rawValue }

    /// - Parameter fraction: what comes on top of `amount`, in 10⁻¹⁸ minor units.
    public init(_ amount: Amount, fraction: UInt64 = 0) {
        self.rawValue = Int128(amount.minorUnits) * Int128(Self.unitsPerMinorUnit) + Int128(fraction)
    }

    /// Nothing.
    public static let zero = ExactAmount(rawValue: 0)
    /// 10¹⁸.
    public static let unitsPerMinorUnit: UInt64 = 1_000_000_000_000_000_000
    /// Decimals below the minor unit that can be told apart.
    public static let decimals = 18

    /// Smaller sums are less.
    public static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }

    /// The exact sum; `nil`: it is out of range.
    public func adding(_ other: Self) -> Self? {
        let (sum, overflow) = rawValue.addingReportingOverflow(other.rawValue)
        return overflow ? nil : Self(rawValue: sum)
    }

    /// The exact difference; `nil`: it is out of range.
    public func subtracting(_ other: Self) -> Self? {
        let (difference, overflow) = rawValue.subtractingReportingOverflow(other.rawValue)
        return overflow ? nil : Self(rawValue: difference)
    }

    /// The whole minor units not above this, and what is left: 0 ..< 10¹⁸. Amount + fraction is this, also below zero.
    ///
    /// `nil`: the whole minor units do not fit into 64 bits.
    public var roundedDown: (amount: Amount, fraction: UInt64)? {
        let divisor = Int128(Self.unitsPerMinorUnit)
        var (units, rest) = rawValue.quotientAndRemainder(dividingBy: divisor)
        if rest < 0 {
            units -= 1
            rest += divisor
        }
        return Int64(exactly: units).map { (Amount(minorUnits: $0), UInt64(rest)) }
    }

    /// Reads major units as decimal text in one currency: `-12.5`, `.5`, `1.2E-7`, nothing else around it.
    ///
    /// - Throws: ``MoneyError`` when the text is no number, has more decimals than 18 below the minor unit, or is out of
    ///   range. Nothing is rounded.
    public init(parsing text: some StringProtocol, currency: Currency) throws(MoneyError) {
        let number = try DecimalText(text.utf8)
        guard let value = try number.scaled(by: currency.exponent + Self.decimals) else { throw .outOfRange }
        self.rawValue = value
    }
}

extension ExactAmount {
    /// Major units in full, without trailing zeros beyond the minor unit: `-12.50`, `0.000000123`.
    public func formatted(_ currency: Currency) -> String {
        DecimalText.format(rawValue, decimals: currency.exponent + Self.decimals, atLeast: currency.exponent)
    }
}
