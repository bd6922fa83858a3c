internal import Logging
internal import Settlement
internal import SettlementTestKit

/// Everything a run drives: the pool, the simulated regions with their instances, a controller for each region.
struct RunRig: Sendable {
    let pool: SettlementPool
    let regions: [SimulatedRegion]
    let controllers: [RegionController]
    /// In the order of ``regions``.
    let regionNames: [String]
    let clock: RunClock
    /// What goes wrong now.
    let board: FaultBoard
    /// Between the pool's bus and the controllers, if notifications are to get lost there.
    let relay: FaultyRelay?
    /// What payments and the month end wait in; `nil`: they have a lane each.
    let queue: Turnstile?
    /// How compute learns what has changed; `nil`: from the pool's bus.
    let poll: NotificationPoll?

    /// Opens the pool on its journal and builds the regions; nothing runs yet.
    init(
        profile: LoadProfile,
        population: Population,
        directory: RunDirectory?,
        world: RunWorld,
        clock: RunClock,
        observer: any PathObserver,
        logger: Logger
    ) throws(RunError) {
        var configuration = PoolConfiguration()
        configuration.shardCount = profile.pool.shards
        configuration.admittedCommandsMax = profile.pool.admittedCommands
        configuration.admittedBytesMax = profile.pool.admittedBytes
        configuration.policy.offsetMinutes = Population.monthOffsetMinutes
        configuration.bulkChunkNanoseconds = profile.pool.bulkChunkNanoseconds ?? configuration.bulkChunkNanoseconds
        let board = FaultBoard(profile.faults)
        configuration.serviceModel = world.serviceModel(seed: profile.seed, board: board)
        var journal = world.journal(profile.pool, directory: directory, seed: profile.seed)
        if board.has(.slowDisk) {
            journal = journal.slowed(by: board, shardCount: profile.pool.shards, clock: clock, logger: logger)
        }
        do throws(PoolOpenError) {
            pool = try SettlementPool.open(
                configuration,
                journal: journal,
                clock: clock,
                observer: observer,
                logger: logger
            )
        } catch {
            throw .open(error)
        }
        self.clock = clock
        self.board = board
        let pool = self.pool
        relay =
            board.has(.droppedNotifications, .duplicatedNotifications)
            ? FaultyRelay(pool.bus, board: board, seed: profile.seed) : nil
        queue = profile.pool.lanes == .fifo ? Turnstile() : nil
        poll = NotificationPoll(
            profile.notification,
            of: relay?.bus ?? pool.bus,
            shardCount: profile.pool.shards,
            clock: clock
        )
        let bus = poll?.bus ?? relay?.bus ?? pool.bus
        let isPolled = poll != nil
        let seed = profile.seed
        regionNames = population.regionNames
        regions = population.regionNames.enumerated().map { index, name in
            SimulatedRegion(profile.region(named: name), id: RegionID(UInt8(index)), clock: clock, seed: profile.seed)
        }
        controllers = zip(regions, population.regionNames).map { region, name in
            let profile = profile.region(named: name)
            var settings = RegionSettings()
            // Often enough that what is seen running has not run for long.
            settings.pollNanoseconds = max(250_000_000, profile.runningAfter.meanThousandths / 20_000)
            // The sweep would be one more poll.
            settings.sweepPeriodNanoseconds = isPolled ? 365 * 86_400_000_000_000 : profile.sweepNanoseconds
            settings.concurrentCalls = profile.callsInFlight
            return RegionController(
                driver: region,
                bus: bus,
                standings: pool,
                settings: settings,
                clock: clock,
                seed: RandomStream.mix(seed ^ UInt64(region.region.rawValue)),
                observer: observer,
                logger: logger
            )
        }
    }

    /// Puts the population's instances where they are: running, stopped by their users, or stopped for arrears.
    func addInstances(of population: Population) {
        var chunk = PopulationChunk()
        for start in stride(from: 0, to: population.accountCount, by: 4_096) {
            population.fill(&chunk, with: start..<min(start + 4_096, population.accountCount))
            for account in chunk.accounts {
                for instance in chunk.instances[account.instances] { add(instance, of: account) }
            }
        }
    }

    private func add(_ instance: InstanceSeed, of account: AccountSeed) {
        let region = regions[Int(instance.region.rawValue)]
        let prior: InstanceState = instance.isUserStopped ? .stopped : .running
        if account.isSuspended {
            // The account's first arrears began with epoch 1.
            let mark = SuspensionMark(epoch: 1, priorState: prior)
            region.add(account: account.id, state: .stopped, locks: .financial, mark: mark)
        } else {
            region.add(account: account.id, state: prior)
        }
    }

    /// What arrivals are sent to: the pool, and users' own starts to the regions.
    var target: any LoadTarget {
        let target = PoolTarget(pool) { [regions] account in
            for region in regions { region.pressStart(of: account) }
        }
        return queue == nil && poll == nil ? target : QueuedTarget(target: target, queue: queue, poll: poll)
    }
}

extension SimulatedRegion {
    /// A region that behaves as the profile says.
    fileprivate convenience init(_ profile: RegionProfile, id: RegionID, clock: any SettlementClock, seed: UInt64) {
        let requests = TokenRate(profile.requestBucket)
        let instances = TokenRate(profile.instanceBucket)
        self.init(
            region: id,
            limits: RegionLimits(
                readRequests: requests,
                startRequests: requests,
                startInstances: instances,
                stopRequests: requests,
                stopInstances: instances
            ),
            behaviour: RegionBehaviour(profile),
            clock: clock,
            seed: RandomStream.mix(seed ^ UInt64(id.rawValue) << 32)
        )
    }
}

extension RegionBehaviour {
    /// What the profile says, without faults.
    init(_ profile: RegionProfile) {
        self.init()
        callLatency = LatencyModel(profile.startLatency)
        startDuration = LatencyModel(profile.runningAfter)
        stopDuration = LatencyModel(profile.runningAfter)
        itemFailure = profile.errors.fraction
        lostReply = profile.lostReplies.fraction
        noStock = profile.noStock.fraction
    }
}

extension TokenRate {
    /// So many each second, and no more than that at once.
    init(_ rate: Rate) {
        self.init(capacity: rate.tokensPerSecond, refillPerSecond: rate.tokensPerSecond)
    }

    fileprivate init(_ bucket: RegionProfile.Bucket) {
        self.init(capacity: Int64(bucket.capacity), refillPerSecond: bucket.refill.tokensPerSecond)
    }
}

extension Rate {
    /// - Precondition: the rate is a whole number each second, as it is in every profile.
    fileprivate var tokensPerSecond: Int64 {
        guard let tokens = wholePerSecond else { preconditionFailure("a bucket fills by whole tokens each second") }
        return tokens
    }
}

extension LatencyModel {
    fileprivate init(_ distribution: Distribution) {
        switch distribution.shape {
        case .constant: self = .constant(distribution.minimum)
        case .uniform: self = .uniform(distribution.minimum...distribution.maximum)
        case .zipf, .lognormal, .empirical:
            // Drawn here and not in the region: these numbers are the same on every machine.
            let sampler = Sampler(distribution)
            var random = RandomStream(seed: 0, purpose: .latency)
            self = .drawn((0..<4_096).map { _ in sampler.next(&random) })
        }
    }
}
