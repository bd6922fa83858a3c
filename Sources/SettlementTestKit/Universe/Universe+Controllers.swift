internal import Settlement

extension Universe {
    /// One controller a region, behind a relay that loses and repeats if the bus is to be bad.
    func startControllers(of life: Life) {
        let heads = auditor.shards.map { UInt64($0.applied) }
        var bus = life.pool.bus
        if faults.contains(.bus) {
            let relay = NotificationRelay(universe: self, life: life, heads: heads)
            bus = relay.bus
            life.node.spawn { await relay.run() }
            life.node.spawn { await self.subscribeAndDie(life) }
        }
        for (number, region) in regions.enumerated() {
            var settings = RegionSettings()
            settings.sweepPeriodNanoseconds = scale.sweep
            settings.itemBackoff = Backoff(capNanoseconds: 10 * UniverseScale.second)
            settings.regionBackoff = Backoff(capNanoseconds: 10 * UniverseScale.second)
            settings.progressNanoseconds = 90 * UniverseScale.second
            settings.bufferLimit = faults.contains(.bus) ? 3 : 4_096
            let controller = RegionController(
                driver: ports.driver(ObservedDriver(region, number: number, in: life, universe: self)),
                bus: bus,
                standings: ports.standings(ObservedStandings(number: number, in: life, universe: self)),
                settings: ports.regionSettings(settings),
                clock: ports.clock(simulation.clock),
                seed: seed &+ UInt64(number),
                observer: NoPathObserver(),
                logger: logger
            )
            life.node.spawn { await controller.run() }
        }
    }

    /// A subscriber that remembers across lives how far it has come, and tells the auditor everything.
    func witness(_ life: Life) async {
        let subscription: Subscription
        do throws(HeadRegression) {
            subscription = try await life.pool.bus.subscribe(
                name: "witness",
                regions: RegionSet(rawValue: .max),
                from: witnessCursor,
                bufferLimit: faults.contains(.bus) ? 4 : 4_096
            )
        } catch {
            auditor.report(.acknowledgedIsDurable, "\(error)")
            return
        }
        while let delivery = try? await subscription.next(max: 8) {
            guard !life.node.isGone else { return }
            if ports.acknowledgesEarly {
                witnessCursor = delivery.cursor
                try? await simulation.clock.sleep(nanoseconds: UniverseScale.second)
                guard !life.node.isGone else { return }
            }
            advanceAuditor()
            witnessCursor = delivery.cursor
            switch delivery {
            case .notifications(let notifications, let cursor):
                auditor.witness(notifications, cursor: cursor)
                for notification in notifications { simulation.note(notification.sequence) }
                await subscription.acknowledge(cursor)
            case .resync(let shards, let cursor):
                trace("the witness was told that the past of \(shards) is gone")
                auditor.excuse(shards, through: cursor)
                await subscription.acknowledge(cursor)
            }
            if faults.contains(.bus) { await simulation.point() }
        }
    }

    /// A subscriber that never reads.
    private func subscribeAndDie(_ life: Life) async {
        _ = try? await life.pool.bus.subscribe(name: "dead", regions: RegionSet(rawValue: .max), bufferLimit: 1)
    }
}

extension Delivery {
    fileprivate var cursor: BusCursor {
        switch self {
        case .notifications(_, let cursor), .resync(_, let cursor): cursor
        }
    }
}

/// What a controller is told of standings, checked against the books.
struct ObservedStandings: StandingSource {
    private let number: Int
    private let life: Life
    private let universe: Universe

    init(number: Int, in life: Life, universe: Universe) {
        self.number = number
        self.life = life
        self.universe = universe
    }

    func standings(of accounts: [AccountID]) async throws(StandingUnavailable) -> [Standing?] {
        await universe.simulation.point()
        if life.node.isGone { throw StandingUnavailable(reason: "the process is dead") }
        universe.advanceAuditor()
        let since = accounts.map { universe.auditor.version(of: $0) }
        let unavailable = universe.isHealing ? 0 : universe.scale.unavailableStandings
        if universe.simulation.happens(perMille: unavailable) {
            throw StandingUnavailable(reason: "drawn from the seed")
        }
        let standings = try await life.pool.standings(of: accounts)
        if life.node.isGone { throw StandingUnavailable(reason: "the process is dead") }
        universe.advanceAuditor()
        for (index, account) in accounts.enumerated() {
            universe.auditor.check(standings[index], of: account, since: since[index])
        }
        await universe.simulation.point()
        for (index, account) in accounts.enumerated() {
            life.told[number][account] = standings[index].map { ($0, universe.simulation.now) }
        }
        return standings
    }
}

/// A region as a controller of one life sees it: every order must follow from what the controller was told last.
struct ObservedDriver: InstanceDriver {
    private let base: SimulatedRegion
    private let number: Int
    private let life: Life
    private let universe: Universe

    init(_ base: SimulatedRegion, number: Int, in life: Life, universe: Universe) {
        self.base = base
        self.number = number
        self.life = life
        self.universe = universe
    }

    var region: RegionID { base.region }
    var limits: RegionLimits { base.limits }

    func list(after token: PageToken?, limit: Int) async throws(DriverError) -> InstancePage {
        try await reach()
        return try await base.list(after: token, limit: limit)
    }

    func instances(of accounts: [AccountID]) async throws(DriverError) -> [Instance] {
        try await reach()
        return try await base.instances(of: accounts)
    }

    func start(_ instances: [InstanceID]) async throws(DriverError) -> [ItemResult] {
        for id in instances {
            let instance = base.instance(id)
            universe.trace("region \(number): start \(id.rawValue) of \(instance.account.rawValue)")
            universe.workload.startOrdered(id, number: number, at: universe.simulation.now)
            if life.told[number][instance.account]?.standing.state != .good {
                universe.auditor.report(
                    .noWrongStart,
                    "instance \(id.rawValue) is to start for \(describe(instance.account))"
                )
            }
        }
        try await reach()
        return try await base.start(instances)
    }

    func stop(_ orders: [StopOrder]) async throws(DriverError) -> [ItemResult] {
        for order in orders {
            let instance = base.instance(order.instance)
            universe.trace("region \(number): stop \(order.instance.rawValue) of \(instance.account.rawValue)")
            // Nothing happens between the last look at the standing and the call.
            let told = life.told[number][instance.account]
            if told?.standing != Standing(state: .arrears, epoch: order.epoch) || told?.at != universe.simulation.now {
                universe.auditor.report(
                    .noWrongStop,
                    "instance \(order.instance.rawValue) is to stop for epoch \(order.epoch) with \(describe(instance.account))"
                )
            }
        }
        try await reach()
        return try await send(orders)
    }

    /// What has left its process arrives, whatever becomes of the process.
    private func send(_ orders: [StopOrder]) async throws(DriverError) -> [ItemResult] {
        let accounts = orders.map { base.instance($0.instance).account }
        accounts.forEach(universe.stopLeaves)
        let reply = Reply()
        await withUnsafeContinuation { continuation in
            universe.network.spawn {
                do throws(DriverError) {
                    reply.result = .success(try await base.stop(orders))
                } catch {
                    reply.result = .failure(error)
                }
                accounts.forEach(universe.stopArrived)
                continuation.resume()
            }
        }
        return try reply.result.get()
    }

    /// Confined to the thread of its universe.
    private final class Reply: @unchecked Sendable {
        var result: Result<[ItemResult], DriverError> = .failure(.noReply)
    }

    private func describe(_ account: AccountID) -> String {
        let standing = life.told[number][account].map { "\($0.standing.line) at \($0.at)" } ?? "no standing"
        return "account \(account.rawValue), last told to have \(standing)"
    }

    /// A dead process reaches no cloud.
    private func reach() async throws(DriverError) {
        await universe.simulation.point()
        if life.node.isGone { throw .unavailable(reason: "the process is dead") }
    }
}
