/// A fund account: the payer that holds cash, credit and bills.
///
/// 64 bits, chosen by the caller or derived from an external name (``Ledger/intern(_:at:into:)``).
public struct AccountID: RawRepresentable, Sendable, Hashable, Comparable, BitwiseCopyable {
    /// The number.
    public var rawValue: UInt64
    /// The identifier with this number.
    public init(rawValue: UInt64) { self.rawValue = rawValue }
    /// The identifier with this number.
    public init(_ rawValue: UInt64) { self.rawValue = rawValue }
    /// By raw value.
    public static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
}

/// A bill, unique among the open bills of its account.
public struct BillID: RawRepresentable, Sendable, Hashable, Comparable, BitwiseCopyable {
    /// The number.
    public var rawValue: UInt64
    /// The identifier with this number.
    public init(rawValue: UInt64) { self.rawValue = rawValue }
    /// The identifier with this number.
    public init(_ rawValue: UInt64) { self.rawValue = rawValue }
    /// By raw value.
    public static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
}

/// One of at most 64 regions; its name is known at the edge only.
public struct RegionID: RawRepresentable, Sendable, Hashable, Comparable, BitwiseCopyable {
    /// 0 ..< 64.
    public var rawValue: UInt8
    /// - Precondition: `rawValue` is below 64.
    public init(rawValue: UInt8) {
        precondition(rawValue < 64, "a region is numbered 0 to 63")
        self.rawValue = rawValue
    }
    /// - Precondition: `rawValue` is below 64.
    public init(_ rawValue: UInt8) { self.init(rawValue: rawValue) }
    /// By raw value.
    public static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
}

/// The regions in which an account is billed.
public struct RegionSet: OptionSet, Sendable, Hashable, BitwiseCopyable {
    /// The number.
    public var rawValue: UInt64
    /// The identifier with this number.
    public init(rawValue: UInt64) { self.rawValue = rawValue }
    /// The set of one region.
    public init(_ region: RegionID) { self.init(rawValue: 1 << UInt64(region.rawValue)) }

    /// Whether `region` is in the set. O(1).
    public func contains(_ region: RegionID) -> Bool { rawValue >> UInt64(region.rawValue) & 1 == 1 }
}

/// A product, numbered by the embedder.
public struct ProductCode: RawRepresentable, Sendable, Hashable, BitwiseCopyable {
    /// The number.
    public var rawValue: UInt16
    /// The product with this number.
    public init(rawValue: UInt16) { self.rawValue = rawValue }
    /// The product with this number.
    public init(_ rawValue: UInt16) { self.rawValue = rawValue }
}

/// 128 bits chosen by the caller; the same key with the same body has one effect and one outcome.
public struct IdempotencyKey: Sendable, Hashable, BitwiseCopyable {
    /// Upper half.
    public var high: UInt64
    /// Lower half.
    public var low: UInt64
    /// The key of two halves; both 0 is ``none``.
    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }
    /// No key: the command is applied each time it is submitted.
    public static let none = IdempotencyKey(high: 0, low: 0)
}

/// Whose revenue a bill is; within one month the provider's own bills are written off first.
public enum BusinessLine: UInt8, Sendable, Hashable, Comparable, CaseIterable {
    /// The provider's own products.
    case provider = 0
    /// Products of others, sold in the marketplace.
    case marketplace = 1
    /// By raw value.
    public static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
}
