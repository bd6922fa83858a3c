public import SettlementLedger

/// Something of a product that a customer has: a server, a domain, an address. A name of the cloud is interned by its driver.
public struct ResourceID: RawRepresentable, Sendable, Hashable, Comparable, BitwiseCopyable {
    /// The number behind the name.
    public var rawValue: UInt64
    /// The value of this number.
    public init(rawValue: UInt64) { self.rawValue = rawValue }
    /// The resource of this number.
    public init(_ rawValue: UInt64) { self.rawValue = rawValue }
    /// In the order of their numbers.
    public static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
}

/// A resource as observed.
public struct ProductResource: Sendable, Hashable {
    /// Which one.
    public var id: ResourceID
    /// Who pays for it.
    public var account: AccountID
    /// What its customer gets now, as far as arrears are concerned.
    public var level: ServiceLevel
    /// Whether a partial suspension leaves it alone.
    public var isCritical: Bool
    /// Who else holds it; such a resource is left to them.
    public var locks: LockReasons

    /// A resource in a state.
    public init(
        id: ResourceID,
        account: AccountID,
        level: ServiceLevel = .full,
        isCritical: Bool = false,
        locks: LockReasons = []
    ) {
        self.id = id
        self.account = account
        self.level = level
        self.isCritical = isCritical
        self.locks = locks
    }
}

/// One product in one vendor's cloud: the only door through which a ``ProductController`` acts.
///
/// The level is what *arrears* make of a resource and lives in the cloud. Bringing it back to ``ServiceLevel/full`` lifts
/// our restriction and nothing else: what its user has stopped stays stopped, and so does what another authority holds.
public protocol ProductDriver: Sendable {
    /// All resources of some accounts, in any order.
    func resources(of accounts: [AccountID]) async throws(DriverError) -> [ProductResource]

    /// Brings resources to levels. Doing it again changes nothing.
    /// - Returns: one result for each order, in the order asked.
    func set(_ orders: [LevelOrder]) async throws(DriverError) -> [ItemResult]
}

/// The level that a resource shall have.
public struct LevelOrder: Sendable, Hashable {
    /// Which resource.
    public var resource: ResourceID
    /// What its customer shall get.
    public var level: ServiceLevel
    /// An order for one resource.
    public init(resource: ResourceID, level: ServiceLevel) {
        self.resource = resource
        self.level = level
    }
}
