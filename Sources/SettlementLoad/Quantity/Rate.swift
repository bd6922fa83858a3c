/// Something per time, exact: how many millionths of one in each period.
public struct Rate: Sendable, Hashable {
    /// Millionths of an arrival in each period; at least 0.
    public var millionths: Int64
    /// The period in nanoseconds; more than 0.
    public var periodNanoseconds: Int64

    /// - Precondition: `millionths` ≥ 0 and `periodNanoseconds` > 0.
    public init(millionths: Int64, periodNanoseconds: Int64 = 1_000_000_000) {
        precondition(millionths >= 0 && periodNanoseconds > 0, "a rate is not negative and its period not empty")
        self.millionths = millionths
        self.periodNanoseconds = periodNanoseconds
    }

    /// Reads a rate such as `500/s`, `1.2M/s` or `90/min`; `nil` for anything else.
    public init?(text: String) {
        guard let rate = try? QuantityText.rate(text) else { return nil }
        self = rate
    }

    /// A whole number each second.
    public init(perSecond: Int64) { self.init(millionths: perSecond * 1_000_000) }

    /// The rate as a number each second, for display and statistics.
    public var perSecond: Double { Double(millionths) * 1_000 / Double(periodNanoseconds) }

    /// The rate as a whole number each second; `nil`: it is none.
    public var wholePerSecond: Int64? {
        let (quotient, rest) = (Int128(millionths) * 1_000).quotientAndRemainder(dividingBy: Int128(periodNanoseconds))
        return rest == 0 ? Int64(exactly: quotient) : nil
    }

    /// How many whole arrivals fit in `nanoseconds`.
    public func count(in nanoseconds: Int64) -> Int64 {
        Int64(clamping: Int128(millionths) * Int128(nanoseconds) / (Int128(periodNanoseconds) * 1_000_000))
    }

    /// When evenly spaced arrival number `index` is due, in nanoseconds after the first; `nil` beyond 64 bits or at rate 0.
    public func time(ofArrival index: Int64) -> Int64? {
        guard millionths > 0 else { return nil }
        return Int64(exactly: Int128(index) * Int128(periodNanoseconds) * 1_000_000 / Int128(millionths))
    }
}

/// A part of a whole, in billionths.
public struct Share: Sendable, Hashable, Comparable {
    /// 0 ... 1,000,000,000.
    public var partsPerBillion: Int64

    /// - Precondition: 0 ≤ `partsPerBillion` ≤ 1,000,000,000.
    public init(partsPerBillion: Int64) {
        precondition((0...1_000_000_000).contains(partsPerBillion), "a share lies between 0 % and 100 %")
        self.partsPerBillion = partsPerBillion
    }
    /// Reads a share such as `5%` or `0.1%`; `nil` for anything else.
    public init?(text: String) {
        guard let share = try? QuantityText.share(text) else { return nil }
        self = share
    }

    /// The same from 0 through 1.
    public var fraction: Double { Double(partsPerBillion) / 1e9 }

    /// 0 %.
    public static let none = Share(partsPerBillion: 0)
    /// 100 %.
    public static let all = Share(partsPerBillion: 1_000_000_000)
    /// Orders by size.
    public static func < (a: Self, b: Self) -> Bool { a.partsPerBillion < b.partsPerBillion }

    /// This part of `count`, rounded down.
    public func of(_ count: Int) -> Int {
        Int(Int128(count) * Int128(partsPerBillion) / 1_000_000_000)
    }
}
