/// The seven settlement currencies, with the minor units of ISO 4217.
public enum Currency: UInt8, Sendable, Hashable, CaseIterable, BitwiseCopyable {
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
    /// Cents, fen, yen: the smallest unit that is ever paid.
    public var minorUnits: Int64
    /// - Parameter minorUnits: cents, fen, yen.
    public init(minorUnits: Int64) { self.minorUnits = minorUnits }
    /// Nothing.
    public static let zero = Amount(minorUnits: 0)
    /// The sum; traps when it leaves 64 bits.
    public static func + (a: Self, b: Self) -> Self { Amount(minorUnits: a.minorUnits + b.minorUnits) }
    /// The difference; traps when it leaves 64 bits.
    public static func - (a: Self, b: Self) -> Self { Amount(minorUnits: a.minorUnits - b.minorUnits) }
    /// The opposite; traps for the smallest value.
    public static prefix func - (a: Self) -> Self { Amount(minorUnits: -a.minorUnits) }
    /// Smaller sums are less.
    public static func < (a: Self, b: Self) -> Bool { a.minorUnits < b.minorUnits }
}

extension Amount {
    /// Parts in proportion to `weights` that add up to the whole: each is rounded toward zero, then the units left over go
    /// to the parts that lost most, the earlier first among equals. O(n log n).
    ///
    /// - Precondition: no weight is negative and their sum is positive.
    public func split(by weights: [Int64]) -> [Amount] {
        precondition(weights.allSatisfy { $0 >= 0 }, "a weight is negative")
        let total = weights.reduce(Int128(0)) { $0 + Int128($1) }
        precondition(total > 0, "the weights add up to nothing")
        let shares = weights.map { (Int128(minorUnits) * Int128($0)).quotientAndRemainder(dividingBy: total) }
        var parts = shares.map { Amount(minorUnits: Int64($0.quotient)) }
        let left = minorUnits - parts.reduce(0) { $0 + $1.minorUnits }
        let losers = shares.indices.sorted {
            let (a, b) = (shares[$0].remainder.magnitude, shares[$1].remainder.magnitude)
            return a == b ? $0 < $1 : a > b
        }
        for place in losers.prefix(Int(left.magnitude)) { parts[place].minorUnits += left.signum() }
        return parts
    }

    /// Major units with the decimals of the currency: `-12.50`, `JPY` without any.
    public func formatted(_ currency: Currency) -> String {
        DecimalText.format(Int128(minorUnits), decimals: currency.exponent, atLeast: currency.exponent)
    }
}

/// An amount with its currency, at the edges where people and files name both.
public struct Money: Sendable, Hashable, BitwiseCopyable {
    /// How much.
    public var amount: Amount
    /// Of what.
    public var currency: Currency

    /// An amount in a currency.
    public init(_ amount: Amount, _ currency: Currency) {
        self.amount = amount
        self.currency = currency
    }

    /// Reads `CNY 100.00`: the letters, one space, major units.
    ///
    /// - Throws: ``MoneyError``; an amount finer than the minor unit is refused, not rounded.
    public init(parsing text: some StringProtocol) throws(MoneyError) {
        guard let space = text.firstIndex(of: " ") else { throw .notMoney }
        let code = text[..<space]
        guard let currency = Currency(code: code) else { throw .unknownCurrency(String(code)) }
        let number = try DecimalText(text[text.index(after: space)...].utf8)
        guard let value = try number.scaled(by: currency.exponent), let units = Int64(exactly: value) else {
            throw .outOfRange
        }
        self.init(Amount(minorUnits: units), currency)
    }
}

extension Money: CustomStringConvertible {
    /// `CNY 100.00`.
    public var description: String { "\(currency.code) \(amount.formatted(currency))" }
}
