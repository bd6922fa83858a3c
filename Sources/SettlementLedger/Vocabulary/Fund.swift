/// A fund that was granted or bought, numbered by the embedder; unique in its account.
public struct FundID: RawRepresentable, Sendable, Hashable, Comparable, BitwiseCopyable {
    /// The number.
    public var rawValue: UInt64
    /// The identifier with this number.
    public init(rawValue: UInt64) { self.rawValue = rawValue }
    /// The identifier with this number.
    public init(_ rawValue: UInt64) { self.rawValue = rawValue }
    /// By raw value.
    public static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
}

/// Money for bills that is no cash: it pays before cash does.
///
/// Order of use: vouchers, stored-value cards, then the refund books, then notes, then cash; within a kind what expires
/// first, then what is dedicated to a product, then by id. Source: help.aliyun.com, *set-up-write-off*.
public struct Fund: Sendable, Hashable {
    /// What the fund is, in the order of use. Values are stored in the journal.
    public enum Kind: UInt8, Sendable, Hashable, CaseIterable {
        /// Given by the provider. Pays bills of the current month only, and counts for no credit.
        case voucher = 1
        /// Bought in advance. Pays bills of the current month only, and counts for no credit.
        case storedValueCard
        /// A commercial note that is as good as cash: pays every bill and counts for credit, but cannot be withdrawn.
        case note
    }

    /// Unique in its account.
    public var id: FundID
    /// What it is.
    public var kind: Kind
    /// What is left of it.
    public var amount: Amount
    /// From when on it pays nothing; `nil`: never.
    public var expiry: Timestamp?
    /// The only product whose bills it pays; `nil`: any.
    public var product: ProductCode?

    /// The fund of these parts.
    public init(
        id: FundID,
        kind: Kind,
        amount: Amount,
        expiry: Timestamp? = nil,
        product: ProductCode? = nil
    ) {
        self.id = id
        self.kind = kind
        self.amount = amount
        self.expiry = expiry
        self.product = product
    }

    /// Funds that one account may hold at a time.
    public static let countMax = 64

    /// Whether it comes before another in the order of use.
    func precedes(_ other: Fund) -> Bool {
        if kind != other.kind { return kind.rawValue < other.kind.rawValue }
        if expiry != other.expiry { return (expiry?.rawValue ?? .max) < (other.expiry?.rawValue ?? .max) }
        if (product == nil) != (other.product == nil) { return product != nil }
        return id < other.id
    }

    func pays(_ product: ProductCode) -> Bool { self.product.map { $0 == product } ?? true }
    func isExpired(at time: Timestamp) -> Bool { expiry.map { $0 <= time } ?? false }
}

extension Entry {
    private static let isDedicated: UInt16 = 1 << 8
    private static let hasExpiry: UInt16 = 1 << 9

    /// Fills the body of a ``Kind/fundGranted``.
    mutating func describe(_ fund: Fund) {
        amount = fund.amount.minorUnits
        bill = fund.id.rawValue
        month = UInt16(fund.kind.rawValue)
        if let product = fund.product {
            month |= Self.isDedicated
            self.product = product.rawValue
        }
        if let expiry = fund.expiry {
            month |= Self.hasExpiry
            detail = UInt64(bitPattern: expiry.rawValue)
        }
    }

    /// The fund that an entry of kind ``Kind/fundGranted`` tells; `nil`: of a kind that this version does not know.
    public var fund: Fund? {
        guard rawKind == Kind.fundGranted.rawValue, let kind = Fund.Kind(rawValue: UInt8(truncatingIfNeeded: month))
        else { return nil }
        return Fund(
            id: FundID(bill),
            kind: kind,
            amount: Amount(minorUnits: amount),
            expiry: month & Self.hasExpiry == 0 ? nil : Timestamp(rawValue: Int64(bitPattern: detail)),
            product: month & Self.isDedicated == 0 ? nil : ProductCode(product)
        )
    }

    /// What kind of fund an entry is about that grants, uses or ends one; without meaning for others.
    public var fundKind: Fund.Kind? {
        Fund.Kind(rawValue: UInt8(truncatingIfNeeded: rawKind == Kind.fundGranted.rawValue ? UInt64(month) : keyHigh))
    }
}
