/// A price for one unit of a product: an exact count of 10⁻¹⁰ major units, as metering prices have up to 10 decimals.
public struct UnitPrice: RawRepresentable, Sendable, Hashable, Comparable, BitwiseCopyable {
    /// 10⁻¹⁰ major units.
    public var rawValue: Int64

    /// - Parameter rawValue: 10⁻¹⁰ major units.
    public init(rawValue: Int64) { self.rawValue = rawValue }

    /// Decimals of a major unit.
    public static let decimals = 10

    /// Cheaper is less.
    public static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }

    /// Reads major units as decimal text: `0.0005`.
    ///
    /// - Throws: ``MoneyError``; more than 10 decimals are refused, not rounded.
    public init(parsing text: some StringProtocol) throws(MoneyError) {
        guard let value = try DecimalText(text.utf8).scaled(by: Self.decimals), let rate = Int64(exactly: value) else {
            throw .outOfRange
        }
        self.rawValue = rate
    }

    /// What `quantity` units × 10^-`decimals` cost in a currency, exactly; `nil`: out of range.
    ///
    /// - Parameter decimals: of the quantity, 0 to 8.
    public func cost(of quantity: Int64, decimals: Int = 0, currency: Currency) -> ExactAmount? {
        precondition((0...8).contains(decimals), "a quantity has 0 to 8 decimals, not \(decimals)")
        // 10⁻¹⁰ major units are 10^(exponent + 8) units of an exact amount.
        let power = currency.exponent + ExactAmount.decimals - Self.decimals - decimals
        let scale = (0..<power).reduce(Int128(1)) { power, _ in power * 10 }
        let (value, overflow) = (Int128(rawValue) * Int128(quantity)).multipliedReportingOverflow(by: scale)
        return overflow ? nil : ExactAmount(rawValue: value)
    }
}

extension UnitPrice: CustomStringConvertible {
    /// Major units without trailing zeros: `0.0005`.
    public var description: String { DecimalText.format(Int128(rawValue), decimals: Self.decimals, atLeast: 0) }
}
