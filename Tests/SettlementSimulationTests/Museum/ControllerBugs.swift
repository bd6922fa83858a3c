import Settlement
import Synchronization

/// Fails closed in the wrong direction: whoever cannot be asked is stopped.
struct SuspiciousStandings: StandingSource {
    let base: any StandingSource

    func standings(of accounts: [AccountID]) async throws(StandingUnavailable) -> [Standing?] {
        do throws(StandingUnavailable) {
            return try await base.standings(of: accounts)
        } catch {
            return accounts.map { _ in Standing(state: .arrears, epoch: 1) }
        }
    }
}

/// Asks once.
final class CachedStandings: StandingSource {
    private let base: any StandingSource
    private let known = Mutex<[AccountID: Standing]>([:])

    init(base: any StandingSource) { self.base = base }

    func standings(of accounts: [AccountID]) async throws(StandingUnavailable) -> [Standing?] {
        let cached = known.withLock { known in accounts.map { known[$0] } }
        if cached.allSatisfy({ $0 != nil }) { return cached }
        let standings = try await base.standings(of: accounts)
        known.withLock { known in
            for (account, standing) in zip(accounts, standings) { known[account] = standing }
        }
        return standings
    }
}

/// Knows only two epochs.
struct EpochlessStandings: StandingSource {
    let base: any StandingSource

    func standings(of accounts: [AccountID]) async throws(StandingUnavailable) -> [Standing?] {
        try await base.standings(of: accounts).map { standing in
            standing.map { Standing(state: $0.state, epoch: $0.state == .good ? 2 : 1) }
        }
    }
}

/// Sees a suspension in every stopped instance.
struct EagerDriver: InstanceDriver {
    let base: any InstanceDriver

    var region: RegionID { base.region }
    var limits: RegionLimits { base.limits }

    func list(after token: PageToken?, limit: Int) async throws(DriverError) -> InstancePage {
        let page = try await base.list(after: token, limit: limit)
        return InstancePage(instances: page.instances.map(suspended), next: page.next)
    }
    func instances(of accounts: [AccountID]) async throws(DriverError) -> [Instance] {
        try await base.instances(of: accounts).map(suspended)
    }
    func start(_ instances: [InstanceID]) async throws(DriverError) -> [ItemResult] { try await base.start(instances) }
    func stop(_ orders: [StopOrder]) async throws(DriverError) -> [ItemResult] { try await base.stop(orders) }

    private func suspended(_ instance: Instance) -> Instance {
        guard instance.state == .stopped, instance.mark == nil else { return instance }
        var instance = instance
        instance.mark = SuspensionMark(epoch: 0, priorState: .running)
        return instance
    }
}
