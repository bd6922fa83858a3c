public import Settlement
public import SettlementLedger
internal import Synchronization

/// A cloud's side of a product whose resources obey their accounts' policies: simple servers, domains, addresses.
///
/// Calls can take time, fail, and be carried out although their answer is lost.
public final class SimulatedProduct: ProductDriver {
    /// What a resource is, besides the level that arrears leave of it.
    public enum Body: Sendable, Hashable {
        /// A server, and whether its user wants it to run.
        case server(isWanted: Bool)
        /// A domain with its own reasons for being offline.
        case domain(AcceleratedDomain)
        /// An address with the bandwidth that was bought, in bits a second.
        case address(bandwidth: Int)
    }

    private struct Row {
        var resource: ProductResource
        var body: Body
    }

    private struct State {
        /// By number of the resource, which is its place.
        var rows: [Row] = []
        var generator: SplitMix64
        var failuresPerMille = 0
        var isOut = false
        var calls = 0
    }

    private let state: Mutex<State>
    private let clock: any SettlementClock
    private let latencyNanoseconds: Int64

    /// A product without resources.
    public init(clock: any SettlementClock, latencyNanoseconds: Int64 = 50_000_000, seed: UInt64) {
        self.clock = clock
        self.latencyNanoseconds = latencyNanoseconds
        self.state = Mutex(State(generator: SplitMix64(seed: seed)))
    }

    /// How many of a thousand calls fail; half of these are carried out all the same.
    public var failuresPerMille: Int {
        get { state.withLock { $0.failuresPerMille } }
        set { state.withLock { $0.failuresPerMille = newValue } }
    }

    /// Whether no call reaches the cloud.
    public var isOut: Bool {
        get { state.withLock { $0.isOut } }
        set { state.withLock { $0.isOut = newValue } }
    }

    /// Calls so far.
    public var calls: Int { state.withLock { $0.calls } }

    /// Adds a resource.
    @discardableResult
    public func add(
        _ body: Body = .server(isWanted: true),
        account: AccountID,
        isCritical: Bool = false,
        locks: LockReasons = []
    ) -> ResourceID {
        state.withLock { state in
            let id = ResourceID(UInt64(state.rows.count))
            let resource = ProductResource(id: id, account: account, isCritical: isCritical, locks: locks)
            state.rows.append(Row(resource: resource, body: body))
            return id
        }
    }

    /// A resource as it is.
    public func resource(_ id: ResourceID) -> ProductResource { state.withLock { $0.rows[Int(id.rawValue)].resource } }

    /// What a domain's name resolves to; `nil`: it is no domain.
    public func resolution(_ id: ResourceID) -> AcceleratedDomain.Resolution? {
        guard case .domain(let domain) = state.withLock({ $0.rows[Int(id.rawValue)].body }) else { return nil }
        return domain.resolution(at: clock.wallTime)
    }

    /// What passes through an address, in bits a second; `nil`: it is none.
    public func bandwidth(_ id: ResourceID) -> Int? {
        let row = state.withLock { $0.rows[Int(id.rawValue)] }
        guard case .address(let bandwidth) = row.body else { return nil }
        switch row.resource.level {
        case .full, .criticalOnly: return bandwidth
        case .throttled(let bitsPerSecond): return min(bandwidth, bitsPerSecond)
        case .stopped, .parked, .released: return 0
        }
    }

    /// Whether a server runs; `nil`: it is none.
    public func isRunning(_ id: ResourceID) -> Bool? {
        let row = state.withLock { $0.rows[Int(id.rawValue)] }
        guard case .server(let isWanted) = row.body else { return nil }
        return isWanted && row.resource.level == .full && row.resource.locks.isEmpty
    }

    /// What the user, the vendor or the authorities do to a domain.
    public func take(_ event: AcceleratedDomain.Event, by id: ResourceID) -> AcceleratedDomain.Refusal? {
        state.withLock { state in
            guard case .domain(var domain) = state.rows[Int(id.rawValue)].body else { return nil }
            let refusal = domain.take(event, at: clock.wallTime)
            state.rows[Int(id.rawValue)].body = .domain(domain)
            return refusal
        }
    }

    /// All resources of some accounts.
    public func resources(of accounts: [AccountID]) async throws(DriverError) -> [ProductResource] {
        try await reach()
        let wanted = Set(accounts)
        return state.withLock { $0.rows.map(\.resource).filter { wanted.contains($0.account) } }
    }

    /// Brings resources to levels.
    public func set(_ orders: [LevelOrder]) async throws(DriverError) -> [ItemResult] {
        let isLost = try await reach()
        let now = clock.wallTime
        let results = state.withLock { state in orders.map { Self.set($0, in: &state, at: now) } }
        if isLost { throw .noReply }
        return results
    }

    /// Returns whether the answer will be lost.
    @discardableResult
    private func reach() async throws(DriverError) -> Bool {
        let fate = state.withLock { state in
            state.calls += 1
            return (state.isOut, Int.random(in: 0..<2_000, using: &state.generator), state.failuresPerMille)
        }
        try? await clock.sleep(nanoseconds: latencyNanoseconds)
        if Task.isCancelled { throw .noReply }
        if fate.0 || fate.1 < fate.2 { throw .unavailable(reason: "simulated") }
        return fate.1 < 2 * fate.2
    }

    private static func set(_ order: LevelOrder, in state: inout State, at now: Timestamp) -> ItemResult {
        let place = Int(order.resource.rawValue)
        guard state.rows.indices.contains(place) else { return .notFound }
        let resource = state.rows[place].resource
        if resource.level == .released { return .notFound }
        if !resource.locks.isEmpty { return .locked(resource.locks) }
        if resource.level == order.level { return .alreadyInState }
        state.rows[place].resource.level = order.level
        if case .domain(var domain) = state.rows[place].body {
            _ = domain.take(order.level == .full ? .arrearsSettled : .arrearsBegan, at: now)
            state.rows[place].body = .domain(domain)
        }
        return .accepted
    }
}
