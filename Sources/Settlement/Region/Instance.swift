public import SettlementLedger

/// A server in one region's cloud. A name of the cloud is interned by its driver.
public struct InstanceID: RawRepresentable, Sendable, Hashable, Comparable, BitwiseCopyable {
    /// The number behind the name.
    public var rawValue: UInt64
    /// The value of this number.
    public init(rawValue: UInt64) { self.rawValue = rawValue }
    /// The instance of this number.
    public init(_ rawValue: UInt64) { self.rawValue = rawValue }
    /// In the order of their numbers.
    public static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
}

/// What a cloud says an instance is doing.
public enum InstanceState: UInt8, Sendable, Hashable, CaseIterable, BitwiseCopyable {
    /// Being created.
    case pending
    case starting
    case running
    case stopping
    case stopped
    /// Gone for ever.
    case released
}

/// Why a cloud holds an instance. Only ``financial`` may be lifted by a payment.
public struct LockReasons: OptionSet, Sendable, Hashable, BitwiseCopyable {
    /// The number behind the name.
    public var rawValue: UInt8
    /// The value of this number.
    public init(rawValue: UInt8) { self.rawValue = rawValue }
    /// The account is in arrears.
    public static let financial = LockReasons(rawValue: 1)
    /// The cloud holds it for a breach of security.
    public static let security = LockReasons(rawValue: 2)
    /// Its resources are being reclaimed.
    public static let recycling = LockReasons(rawValue: 4)
    /// The dedicated host it runs on is in arrears.
    public static let dedicatedHostFinancial = LockReasons(rawValue: 8)
    /// Its order was refunded.
    public static let refunded = LockReasons(rawValue: 16)
    /// A reason that this version does not know.
    public static let other = LockReasons(rawValue: 32)
}

/// What we wrote on an instance when we stopped it: it lives in the cloud, so a restarted controller finds it.
public struct SuspensionMark: Sendable, Hashable, BitwiseCopyable {
    /// The account's epoch that ordered the stop.
    public var epoch: UInt32
    /// What the instance was doing before; only what ran is started again.
    public var priorState: InstanceState
    /// A mark for an instance that was stopped in `epoch`.
    public init(epoch: UInt32, priorState: InstanceState) {
        self.epoch = epoch
        self.priorState = priorState
    }
}

/// An instance as observed.
public struct Instance: Sendable, Hashable, BitwiseCopyable {
    /// Which instance.
    public var id: InstanceID
    /// The fund account that pays for it.
    public var account: AccountID
    /// What it is doing.
    public var state: InstanceState
    /// Who holds it; empty: nobody.
    public var locks: LockReasons
    /// `nil`: not stopped by us.
    public var mark: SuspensionMark?
    /// Whether it is started before others of its region: what an account needs first when it has paid.
    public var isCritical: Bool

    /// An instance in a state.
    public init(
        id: InstanceID,
        account: AccountID,
        state: InstanceState,
        locks: LockReasons = [],
        mark: SuspensionMark? = nil,
        isCritical: Bool = false
    ) {
        self.id = id
        self.account = account
        self.state = state
        self.locks = locks
        self.mark = mark
        self.isCritical = isCritical
    }
}
