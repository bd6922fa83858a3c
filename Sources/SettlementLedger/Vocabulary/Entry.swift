/// One immutable fact of the journal: 64 bytes, little-endian, its first byte never zero.
///
/// Replay applies entries and decides nothing, so new rules cannot rewrite history.
/// The meaning of `amount`, `bill` and `detail` depends on `kind`.
public struct Entry: Sendable, Hashable, BitwiseCopyable {
    /// Raw value of an ``Kind``; kept raw so that a newer version's kinds can be recognised and refused.
    public var rawKind: UInt8
    /// See ``Flags``.
    public var flags: Flags
    /// Raw value of the account's ``Currency``; 0 in entries that concern no account.
    public var rawCurrency: UInt8
    /// Of the bill.
    public var region: UInt8
    /// Of the bill, or the month that the entry is about.
    public var month: UInt16
    /// Of the bill.
    public var product: UInt16
    /// The fund account.
    public var account: UInt64
    /// Minor units.
    public var amount: Int64
    /// The bill's id.
    public var bill: UInt64
    /// Business time of the command, in nanoseconds since the Unix epoch.
    public var time: Int64
    /// Upper half of the command's key; 0 in the entries that only follow.
    public var keyHigh: UInt64
    /// Lower half of the command's key.
    public var keyLow: UInt64
    /// See ``Kind``.
    public var detail: UInt64

    /// Yes-or-no facts of an entry.
    public struct Flags: OptionSet, Sendable, Hashable, BitwiseCopyable {
        /// The bits.
        public var rawValue: UInt8
        /// The flags with these bits.
        public init(rawValue: UInt8) { self.rawValue = rawValue }
        /// The last entry of its command.
        public static let endsCommand = Flags(rawValue: 1)
        /// The bill belongs to the marketplace.
        public static let marketplace = Flags(rawValue: 2)
        /// The bill was frozen, not due, when this happened.
        public static let frozen = Flags(rawValue: 4)
    }

    init(_ kind: Kind, account: UInt64, time: Int64, currency: UInt8 = 0) {
        self.rawKind = kind.rawValue
        self.flags = []
        self.rawCurrency = currency
        self.region = 0
        self.month = 0
        self.product = 0
        self.account = account
        self.amount = 0
        self.bill = 0
        self.time = time
        self.keyHigh = 0
        self.keyLow = 0
        self.detail = 0
    }
}
