internal import Logging
internal import Settlement
internal import SettlementTestKit

/// The pool, regions and controllers of a drill, in virtual time.
struct DrillWorld: Sendable {
    /// An instance and where it is.
    struct Place: Sendable, Hashable {
        var region: Int
        var id: InstanceID
    }

    let drill: ArrearsDrill
    let clock: any SettlementClock
    let pool: SettlementPool
    let regions: [SimulatedRegion]
    let controllers: [RegionController]

    private static let shards = 4
    private static let calibration = CalibrationProfile()

    init(_ drill: ArrearsDrill, clock: any SettlementClock) throws(PoolOpenError) {
        self.drill = drill
        self.clock = clock
        let logger = Logger(label: "drill") { _ in SwiftLogNoOpLogHandler() }
        var configuration = PoolConfiguration()
        configuration.shardCount = Self.shards
        configuration.serviceModel = Self.calibration.services(seed: drill.seed, board: FaultBoard([]), clock: clock)
        let journal = CalibratedJournal(
            shardCount: Self.shards,
            Self.calibration,
            seed: drill.seed,
            clock: clock
        )
        let pool = try SettlementPool.open(
            configuration,
            journal: .custom(journal),
            clock: clock,
            observer: NoPathObserver(),
            logger: logger
        )
        self.pool = pool
        regions = (0..<drill.regions).map { number in
            SimulatedRegion(
                region: RegionID(UInt8(number)),
                limits: drill.limits,
                behaviour: .cloud,
                clock: clock,
                seed: RandomStream.mix(drill.seed ^ UInt64(number) << 32)
            )
        }
        var settings = RegionSettings()
        settings.criticalTargetNanoseconds = drill.criticalTargetNanoseconds
        controllers = regions.map { region in
            RegionController(
                driver: region,
                bus: pool.bus,
                standings: pool,
                settings: settings,
                clock: clock,
                seed: RandomStream.mix(drill.seed ^ UInt64(region.region.rawValue)),
                logger: logger
            )
        }
    }

    var accounts: [AccountID] { (1...UInt64(drill.accounts)).map { AccountID($0) } }

    /// Adds the instances of all accounts, running or stopped by their users, with every so-manieth of them critical.
    func addInstances() -> (running: [Place], critical: [Place], userStopped: [Place]) {
        var running: [Place] = []
        var critical: [Place] = []
        var userStopped: [Place] = []
        var number = 0
        for account in accounts {
            for _ in 0..<drill.instancesPerAccount {
                let isUserStopped = Self.isChosen(number, percent: drill.userStoppedPercent)
                let isCritical = !isUserStopped && Self.isChosen(number + 7, percent: drill.criticalPercent)
                let region = number % drill.regions
                let id = regions[region].add(
                    account: account,
                    state: isUserStopped ? .stopped : .running,
                    isCritical: isCritical
                )
                let place = Place(region: region, id: id)
                if isUserStopped { userStopped.append(place) } else { running.append(place) }
                if isCritical { critical.append(place) }
                number += 1
            }
        }
        return (running, critical, userStopped)
    }

    /// Whether the share of the numbers up to this one grows by one with it.
    private static func isChosen(_ number: Int, percent: Int) -> Bool {
        (number + 1) * percent / 100 > number * percent / 100
    }

    func state(_ place: Place) -> InstanceState { regions[place.region].instance(place.id).state }

    /// Suspends until the instances are in a state, at most until a deadline; looks about a thousand times.
    ///
    /// - Parameter origin: from where the times count.
    /// - Returns: for each instance that got there, when; the earliest first.
    func wait(for places: [Place], in wanted: InstanceState, origin: Int64, deadline: Int64) async throws -> [Int64] {
        var waiting = places
        var times: [Int64] = []
        while true {
            let elapsed = clock.monotonicNanoseconds - origin
            let before = waiting.count
            waiting.removeAll { state($0) == wanted }
            times += Array(repeating: elapsed, count: before - waiting.count)
            if waiting.isEmpty || clock.monotonicNanoseconds >= deadline { return times }
            try await clock.sleep(nanoseconds: max(500_000_000, elapsed / 1_000))
        }
    }
}

extension RegionBehaviour {
    /// As a cloud on a good day: calls take tens of milliseconds, a start half a minute.
    fileprivate static var cloud: RegionBehaviour {
        var behaviour = RegionBehaviour()
        behaviour.callLatency = .uniform(20_000_000...80_000_000)
        behaviour.startDuration = .uniform(20_000_000_000...60_000_000_000)
        behaviour.stopDuration = .uniform(10_000_000_000...40_000_000_000)
        return behaviour
    }
}
