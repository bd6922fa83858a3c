import Settlement
import Synchronization

/// Believes in its orders: what is stopping has stopped, and what it has ordered to start runs.
///
/// It does no harm until a payment arrives while an instance is on its way down: the start is ordered too early, the
/// cloud has nothing to do, and nobody looks again.
final class OptimisticDriver: InstanceDriver {
    private let base: any InstanceDriver
    private let believedRunning = Mutex<Set<InstanceID>>([])

    init(base: any InstanceDriver) { self.base = base }

    var region: RegionID { base.region }
    var limits: RegionLimits { base.limits }

    func list(after token: PageToken?, limit: Int) async throws(DriverError) -> InstancePage {
        let page = try await base.list(after: token, limit: limit)
        return InstancePage(instances: page.instances.map(believed), next: page.next)
    }
    func instances(of accounts: [AccountID]) async throws(DriverError) -> [Instance] {
        try await base.instances(of: accounts).map(believed)
    }
    func start(_ instances: [InstanceID]) async throws(DriverError) -> [ItemResult] {
        let results = try await base.start(instances)
        believedRunning.withLock { known in
            for (id, result) in zip(instances, results) where result == .alreadyInState { known.insert(id) }
        }
        return results
    }
    func stop(_ orders: [StopOrder]) async throws(DriverError) -> [ItemResult] {
        believedRunning.withLock { known in orders.forEach { known.remove($0.instance) } }
        return try await base.stop(orders)
    }

    private func believed(_ instance: Instance) -> Instance {
        var instance = instance
        if instance.state == .stopping { instance.state = .stopped }
        if believedRunning.withLock({ $0.contains(instance.id) }) {
            (instance.state, instance.mark) = (.running, nil)
        }
        return instance
    }
}

/// Keeps in memory what should be kept in the cloud: which instances it has stopped.
final class ForgetfulDriver: InstanceDriver {
    private let base: any InstanceDriver
    private let stopped = Mutex<Set<InstanceID>>([])

    init(base: any InstanceDriver) { self.base = base }

    var region: RegionID { base.region }
    var limits: RegionLimits { base.limits }

    func list(after token: PageToken?, limit: Int) async throws(DriverError) -> InstancePage {
        let page = try await base.list(after: token, limit: limit)
        return InstancePage(instances: page.instances.map(remembered), next: page.next)
    }
    func instances(of accounts: [AccountID]) async throws(DriverError) -> [Instance] {
        try await base.instances(of: accounts).map(remembered)
    }
    func start(_ instances: [InstanceID]) async throws(DriverError) -> [ItemResult] { try await base.start(instances) }
    func stop(_ orders: [StopOrder]) async throws(DriverError) -> [ItemResult] {
        stopped.withLock { known in orders.forEach { known.insert($0.instance) } }
        return try await base.stop(orders)
    }

    private func remembered(_ instance: Instance) -> Instance {
        guard !stopped.withLock({ $0.contains(instance.id) }) else { return instance }
        var instance = instance
        instance.mark = nil
        return instance
    }
}

/// Tries starts that have failed again when it looks the next time, whatever has become of their accounts.
final class StubbornDriver: InstanceDriver {
    private let base: any InstanceDriver
    private let failed = Mutex<[InstanceID]>([])

    init(base: any InstanceDriver) { self.base = base }

    var region: RegionID { base.region }
    var limits: RegionLimits { base.limits }

    func list(after token: PageToken?, limit: Int) async throws(DriverError) -> InstancePage {
        try await tryAgain()
        return try await base.list(after: token, limit: limit)
    }
    func instances(of accounts: [AccountID]) async throws(DriverError) -> [Instance] {
        try await tryAgain()
        return try await base.instances(of: accounts)
    }
    func start(_ instances: [InstanceID]) async throws(DriverError) -> [ItemResult] {
        failed.withLock { $0 = instances }
        let results = try await base.start(instances)
        failed.withLock { $0 = zip(instances, results).filter { $1 != .accepted }.map(\.0) }
        return results
    }
    func stop(_ orders: [StopOrder]) async throws(DriverError) -> [ItemResult] { try await base.stop(orders) }

    private func tryAgain() async throws(DriverError) {
        let instances = failed.withLock { $0 }
        if !instances.isEmpty { _ = try await start(instances) }
    }
}
