internal import SettlementLedger

/// Makes the resources of one product obey the policy of their accounts, as ``RegionController`` does for instances.
///
/// It keeps nothing: an order says which level its account has come to, the cloud says which its resources are at, and what
/// differs is commanded. The service that hands out the orders repeats those that could not be carried out.
public struct ProductController<Driver: ProductDriver>: ArrearsActions {
    private let driver: Driver

    /// A controller of the driver's product.
    public init(driver: Driver) { self.driver = driver }

    /// Brings the resources of each account to the level of its latest order; messages and the shop are others' business.
    public func carryOut(_ orders: [ArrearsOrder]) async -> [ArrearsAnswer] {
        var levels: [AccountID: ServiceLevel] = [:]
        for order in orders { levels[order.account] = order.level }
        var failed = Set(levels.keys)
        do throws(DriverError) {
            let accounts = levels.keys.sorted()
            let resources = try await driver.resources(of: accounts).sorted { $0.id < $1.id }
            let planned = resources.compactMap { resource in
                Self.plan(resource, level: levels[resource.account]).map { (resource.account, $0) }
            }
            let results = planned.isEmpty ? [] : try await driver.set(planned.map(\.1))
            precondition(results.count == planned.count, "one result for each order")
            failed = Set(zip(planned, results).compactMap { $1.mayPass ? $0.0 : nil })
        } catch {
            // Nothing is known to have happened: everything is looked at anew.
        }
        return orders.map { failed.contains($0.account) ? .retry : .done }
    }

    /// What is to be commanded; `nil`: nothing. O(1).
    ///
    /// What is released stays so, what another authority holds is left to it, and what is critical outlasts a suspension of
    /// the rest.
    public static func plan(_ resource: ProductResource, level: ServiceLevel?) -> LevelOrder? {
        guard var level, resource.level != .released, resource.locks.subtracting(.financial).isEmpty else { return nil }
        if level == .criticalOnly { level = resource.isCritical ? .full : .stopped }
        return level == resource.level ? nil : LevelOrder(resource: resource.id, level: level)
    }
}

extension ItemResult {
    /// Whether the same order may succeed later.
    fileprivate var mayPass: Bool {
        switch self {
        case .accepted, .alreadyInState, .locked, .notFound, .wrongPayType: false
        case .noStock, .insufficientBalance, .throttled, .unavailable, .noReply: true
        }
    }
}
