/// The seven settlement currencies, with the minor units of ISO 4217.
public enum Currency: UInt8, Sendable, Hashable, CaseIterable {
    case cny = 1
    case usd, eur, gbp, hkd, jpy, kwd

    /// Decimal digits of the minor unit (ISO 4217): JPY 0, KWD 3, all others 2.
    public var exponent: Int {
        switch self {
        case .jpy: 0
        case .kwd: 3
        case .cny, .usd, .eur, .gbp, .hkd: 2
        }
    }

    /// The ISO 4217 letters, for instance `CNY`.
    public var code: String {
        switch self {
        case .cny: "CNY"
        case .usd: "USD"
        case .eur: "EUR"
        case .gbp: "GBP"
        case .hkd: "HKD"
        case .jpy: "JPY"
        case .kwd: "KWD"
        }
    }

    /// The currency with these ISO 4217 letters, in capitals.
    public init?(code: some StringProtocol) {
        guard let found = Self.allCases.first(where: { code == $0.code }) else { return nil }
        self = found
    }
}

/// A count of minor units in the currency of its account: cents, fen, yen.
///
/// Plain arithmetic traps on overflow; where input decides, the ledger adds with a check and refuses.
public struct Amount: Sendable, Hashable, Comparable, AdditiveArithmetic, BitwiseCopyable {
    public var minorUnits: Int64
    public init(minorUnits: Int64) { self.minorUnits = minorUnits }
    public static let zero = Amount(minorUnits: 0)
    public static func + (a: Self, b: Self) -> Self { Amount(minorUnits: a.minorUnits + b.minorUnits) }
    public static func - (a: Self, b: Self) -> Self { Amount(minorUnits: a.minorUnits - b.minorUnits) }
    public static prefix func - (a: Self) -> Self { Amount(minorUnits: -a.minorUnits) }
    public static func < (a: Self, b: Self) -> Bool { a.minorUnits < b.minorUnits }
}
