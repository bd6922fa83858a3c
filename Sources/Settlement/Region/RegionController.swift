public import Logging
public import ServiceLifecycle
internal import SettlementLedger

/// Makes the instances of one region obey the standings of their accounts.
///
/// Level-triggered, like a Kubernetes controller: a notification is a hint to look at an account, and a slow sweep over
/// all instances finds what no notification told. What must survive lives in the cloud, so a restarted controller lists
/// and carries on. It shares nothing with the controllers of other regions.
public actor RegionController: Service {
    let driver: any InstanceDriver
    let bus: NotificationBus
    let source: any StandingSource
    let settings: RegionSettings
    let clock: any SettlementClock
    let observer: any PathObserver
    let logger: Logger
    let metrics: RegionMetrics

    var state: RegionState
    var standingFailures = 0
    var isSweepDue = true
    /// A sweep is under way and waits until it may read on.
    var sweepAwaitsToken = false
    /// Whether the cloud answered the latest call, if only that it was too much.
    var isAnswering = true
    var failures = FailureNotices()
    /// Sweeps over all instances that have come to their end since ``run()``.
    public internal(set) var sweepsCompleted = 0
    /// Starts whose payment's time is not known, since ``run()``: the sweep found them, or the payment was recovered. They
    /// are in no `recharge_to_start`.
    public internal(set) var untimedStarts = 0

    /// One loop waits for each; all are set after every event, because a wake-up says *perhaps*.
    private let signals = (
        plan: WakeSignal(), lookUp: WakeSignal(), start: WakeSignal(), stop: WakeSignal(), sweep: WakeSignal()
    )

    /// A controller that does nothing until ``run()``.
    ///
    /// - Parameters:
    ///   - driver: The region's cloud.
    ///   - bus: Where notifications come from; the subscription is named `region-N`.
    ///   - standings: Where standings are read.
    ///   - seed: Of the jitter between attempts.
    ///   - observer: Takes `notify`, `dispatch`, `start`, `recharge_to_start` and `recharge_to_running`.
    public init(
        driver: any InstanceDriver,
        bus: NotificationBus,
        standings: any StandingSource,
        settings: RegionSettings = RegionSettings(),
        clock: any SettlementClock = SystemClock(),
        seed: UInt64,
        observer: any PathObserver = NoPathObserver(),
        logger: Logger
    ) {
        self.driver = driver
        self.bus = bus
        self.source = standings
        self.settings = settings
        self.clock = clock
        self.observer = observer
        self.logger = logger
        self.metrics = RegionMetrics(region: driver.region)
        self.state = RegionState(
            limits: driver.limits,
            settings: settings,
            seed: seed,
            at: clock.monotonicNanoseconds
        )
    }

    /// Works until the task is cancelled, a graceful shutdown begins, or another controller subscribes for the region.
    /// Calls to the cloud that are under way are cancelled: what became of them is seen at the next start.
    public func run() async {
        let subscription = await subscribe()
        do {
            try await withThrowingDiscardingTaskGroup { group in
                group.addTask { try await self.takeNotifications(from: subscription) }
                group.addTask { try await self.planDirtyAccounts(on: self.signals.plan) }
                group.addTask { try await self.lookUpAccounts(on: self.signals.lookUp) }
                group.addTask { try await self.issue(.start, on: self.signals.start) }
                group.addTask { try await self.issue(.stop, on: self.signals.stop) }
                group.addTask { try await self.sweep(on: self.signals.sweep) }
                group.addTask { try await Self.endWithGracefulShutdown() }
            }
        } catch {
            logger.info("region controller ends", metadata: ["region": "\(driver.region.rawValue)"])
        }
    }

    /// Instances given up, in the order of their numbers.
    public var deadLetters: [DeadLetter] { state.deadLetters.values.sorted { $0.instance < $1.instance } }

    /// Tries given-up instances again; `nil`: those that have only failed too often.
    public func retryDeadLetters(_ instances: [InstanceID]? = nil) {
        state.reviveDeadLetters(instances)
        wake()
    }

    /// How much work waits.
    public var backlog: RegionBacklog { RegionBacklog(state) }

    private func subscribe() async -> Subscription {
        do {
            return try await bus.subscribe(
                name: "region-\(driver.region.rawValue)",
                regions: RegionSet(driver.region),
                bufferLimit: settings.bufferLimit
            )
        } catch {
            preconditionFailure("a subscription at the head cannot be beyond it: \(error)")
        }
    }

    /// Throws when a graceful shutdown begins, which cancels the other loops.
    private static func endWithGracefulShutdown() async throws {
        let begun = WakeSignal()
        try await withGracefulShutdownHandler {
            try await begun.wait()
        } onGracefulShutdown: {
            begun.set()
        }
        throw CancellationError()
    }

    /// Something has happened: every loop that has something to do looks whether it concerns it.
    func wake() {
        if state.dirty.count > 0 { signals.plan.set() }
        if state.lookups.count > 0 { signals.lookUp.set() }
        if state.starts.queue.count > 0 { signals.start.set() }
        if state.stops.queue.count > 0 { signals.stop.set() }
        if isSweepDue || sweepAwaitsToken { signals.sweep.set() }
        metrics.record(backlog)
    }
}

/// How much work waits in a region, and what its instances do.
public struct RegionBacklog: Sendable, Hashable {
    /// Accounts to be looked at.
    public var dirtyKeys: Int
    /// Accounts whose instances are to be asked of the cloud.
    public var lookups: Int
    /// Starts that wait for the cloud's rate.
    public var starts: Int
    /// Of these, starts of critical instances; they go out first.
    public var criticalStarts: Int
    /// When the critical start that is next is to have had its effect, on the monotonic clock; `nil`: no payment waits for one.
    public var criticalTarget: Int64?
    /// Stops that wait for the cloud's rate.
    public var stops: Int
    /// Commands of calls that the cloud has not answered yet.
    public var inFlight: Int
    /// Commands whose effect has not been seen yet.
    public var outstanding: Int
    /// Instances given up.
    public var deadLetters: Int
    /// Instances by raw value of their ``InstanceState``, as last observed.
    public var instances: [Int]

    init(_ state: RegionState) {
        dirtyKeys = state.dirty.count
        lookups = state.lookups.count
        starts = state.starts.queue.count
        criticalStarts = state.starts.queue.criticalCount
        criticalTarget = state.starts.queue.nextCriticalCause.map {
            $0.takenAt + state.settings.criticalTargetNanoseconds
        }
        stops = state.stops.queue.count
        inFlight = state.inFlight.count
        outstanding = state.outstanding.count
        deadLetters = state.deadLetters.count
        instances = state.cache.counts
    }
}
