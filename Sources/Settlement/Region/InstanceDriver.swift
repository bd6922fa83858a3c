public import SettlementLedger

/// One region of one cloud: the only door through which a controller acts.
///
/// A command on many instances is answered for each of them (what Alibaba Cloud calls *SuccessFirst*): one failure
/// fails no other. A driver does not retry; the controller does.
public protocol InstanceDriver: Sendable {
    var region: RegionID { get }
    var limits: RegionLimits { get }

    /// One page of all instances of the region; an instance that stays is on exactly one page.
    /// - Parameters:
    ///   - token: Where the page before ended; `nil`: from the start.
    ///   - limit: At most so many instances, 1 through `limits.page`.
    func list(after token: PageToken?, limit: Int) async throws(DriverError) -> InstancePage

    /// All instances of at most `limits.batch` accounts, in any order.
    func instances(of accounts: [AccountID]) async throws(DriverError) -> [Instance]

    /// Lifts our suspension: drops the financial lock, starts the instance if it is stopped, removes our mark.
    /// A mark must not be lost before the start is accepted.
    /// - Returns: One result for each of at most `limits.batch` instances, in the order asked.
    func start(_ instances: [InstanceID]) async throws(DriverError) -> [ItemResult]

    /// Stops instances for arrears, writing the lock, the epoch and the state before on each that was not stopped yet.
    /// - Returns: One result for each of at most `limits.batch` orders, in the order asked.
    func stop(_ orders: [StopOrder]) async throws(DriverError) -> [ItemResult]
}

/// A stop with the epoch that fences it.
public struct StopOrder: Sendable, Hashable, BitwiseCopyable {
    /// The instance to stop.
    public var instance: InstanceID
    /// The account's epoch, in arrears, for which the instance is stopped.
    public var epoch: UInt32
    /// An order for one instance.
    public init(instance: InstanceID, epoch: UInt32) {
        self.instance = instance
        self.epoch = epoch
    }
}

/// A place in a listing, meaningful to its driver only.
public struct PageToken: RawRepresentable, Sendable, Hashable {
    /// What the cloud calls the place.
    public var rawValue: String
    /// The place of this name.
    public init(rawValue: String) { self.rawValue = rawValue }
}

/// A part of a listing.
public struct InstancePage: Sendable, Hashable {
    /// In the order of the cloud.
    public var instances: [Instance]
    /// Where the next page begins; `nil`: this was the last.
    public var next: PageToken?
    /// A page with its successor.
    public init(instances: [Instance], next: PageToken?) {
        self.instances = instances
        self.next = next
    }
}

/// What became of one instance of a command.
public enum ItemResult: Sendable, Hashable {
    /// The cloud does it; it is done when the instance is observed in the new state.
    case accepted
    /// It is in the wanted state already.
    case alreadyInState
    /// The cloud has no room for it now.
    case noStock
    /// The cloud asks for more balance than its books show. It may pass: a recharge helps.
    case insufficientBalance
    /// Another authority holds it. Terminal.
    case locked(LockReasons)
    /// No such instance. Terminal.
    case notFound
    /// It was paid in advance and does not obey arrears. Terminal.
    case wrongPayType
    /// Over the cloud's rate; nothing happened.
    case throttled
    /// The cloud failed or was not reachable; nothing happened.
    case unavailable
    /// No answer: it may have happened. Observe before doing it again.
    case noReply
}

/// Why a whole call failed: the region's trouble, not an instance's.
public enum DriverError: Error, Sendable, Hashable {
    /// Over the cloud's rate; nothing happened.
    case throttled
    /// The cloud failed, refused us or was not reachable; nothing happened.
    case unavailable(reason: String)
    /// No answer, or the task was cancelled: it may have happened.
    case noReply
}
