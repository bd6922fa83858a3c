import Logging
import Settlement
import SettlementTestKit
import Synchronization

/// A region, its controller and everything around it, in virtual time.
final class RegionRig: Sendable {
    let clock: any SettlementClock
    let bus: NotificationBus
    let book: StandingBook
    let region: SimulatedRegion
    let controller: RegionController
    let observations = ObservationList()
    private let sequence = Mutex(UInt64(0))

    init(
        clock: any SettlementClock,
        bus: NotificationBus = NotificationBus(),
        region id: RegionID = RegionID(0),
        limits: RegionLimits = .generous,
        behaviour: RegionBehaviour = RegionBehaviour(),
        settings: RegionSettings = RegionSettings(),
        seed: UInt64 = 1
    ) {
        let book = StandingBook(clock: clock)
        self.clock = clock
        self.bus = bus
        self.book = book
        region = SimulatedRegion(
            region: id,
            limits: limits,
            behaviour: behaviour,
            clock: clock,
            seed: seed,
            truth: book.truth
        )
        controller = RegionController(
            driver: region,
            bus: bus,
            standings: book,
            settings: settings,
            clock: clock,
            seed: seed,
            observer: observations,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
    }

    /// Runs `body` beside the controller, which has made its first sweep over what `prepare` has added.
    static func simulate(
        seed: UInt64 = 1,
        limits: RegionLimits = .generous,
        behaviour: RegionBehaviour = RegionBehaviour(),
        settings: RegionSettings = RegionSettings(),
        prepare: @escaping @Sendable (RegionRig) -> Void,
        _ body: @escaping @Sendable (RegionRig) async throws -> Void
    ) throws {
        try Simulation(seed: seed).run { clock in
            let rig = RegionRig(clock: clock, limits: limits, behaviour: behaviour, settings: settings, seed: seed)
            prepare(rig)
            try await rig.bus.open(heads: [0], history: ScriptedHistory())
            try await rig.run {
                try await rig.pass(seconds: 1)
                try await body(rig)
            }
        }
    }

    /// Runs the controller as long as `body` takes.
    func run(_ body: @escaping @Sendable () async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await self.controller.run() }
            try await body()
            group.cancelAll()
        }
    }

    func pass(seconds: Int64) async throws { try await clock.sleep(nanoseconds: seconds * 1_000_000_000) }

    /// Opens an account in arrears (epoch 1) with instances that were stopped for it.
    @discardableResult
    func addSuspended(_ account: UInt64, instances: Int = 1, critical: Int = 0) -> [InstanceID] {
        book[AccountID(account)] = Standing(state: .arrears, epoch: 1)
        return (0..<instances).map { number in
            region.addSuspended(account: AccountID(account), epoch: 1, isCritical: number >= instances - critical)
        }
    }

    /// Opens an account in good standing with running instances.
    @discardableResult
    func addRunning(_ account: UInt64, instances: Int = 1) -> [InstanceID] {
        book[AccountID(account)] = Standing(state: .good, epoch: 0)
        return (0..<instances).map { _ in region.add(account: AccountID(account)) }
    }

    /// The account goes to the other state, and the region is notified.
    func flip(_ account: UInt64) async {
        book.flip(AccountID(account))
        await notify(account)
    }

    /// Publishes the account's standing.
    func notify(_ account: UInt64) async {
        let previous = sequence.withLock { sequence in
            sequence += 1
            return sequence - 1
        }
        let notification = Notification(
            shard: 0,
            sequence: previous + 1,
            account: AccountID(account),
            standing: book[AccountID(account)] ?? Standing(state: .good, epoch: 0),
            regions: .all,
            time: clock.wallTime,
            durableAtMonotonic: clock.monotonicNanoseconds,
            intendedAtMonotonic: clock.monotonicNanoseconds
        )
        await bus.publish([notification], after: previous)
    }

    func state(_ id: InstanceID) -> InstanceState { region.instance(id).state }
}

extension Logger {
    static let silent = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
}

extension RegionLimits {
    /// Rates that are never reached.
    static let generous: RegionLimits = {
        let rate = TokenRate(capacity: 1_000_000, refillPerSecond: 1_000_000)
        return RegionLimits(
            batch: 100,
            page: 50,
            readRequests: rate,
            startRequests: rate,
            startInstances: rate,
            stopRequests: rate,
            stopInstances: rate
        )
    }()
}

/// Keeps what it is told.
final class ObservationList: PathObserver {
    struct Observation: Hashable, Sendable {
        var stage: PathStage
        var nanoseconds: Int64
    }

    private let list = Mutex<[Observation]>([])
    var all: [Observation] { list.withLock { $0 } }

    func observe(_ stage: PathStage, nanoseconds: Int64, count: Int, lane: Lane) {
        list.withLock { $0.append(Observation(stage: stage, nanoseconds: nanoseconds)) }
    }

    func nanoseconds(_ stage: PathStage) -> [Int64] { all.filter { $0.stage == stage }.map(\.nanoseconds) }
}
