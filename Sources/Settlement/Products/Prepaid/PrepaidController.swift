public import ServiceLifecycle
public import SettlementLedger

/// What a controller of prepaid resources asks of its cloud and shop.
public protocol PrepaidDriver: Sendable {
    /// All resources with the end of what was paid for and the period of automatic renewal, as the cloud keeps them.
    func resources() async throws(DriverError) -> [PrepaidResource]

    /// Carries out what a resource has come to; doing it again changes nothing.
    ///
    /// An attempt at renewal is answered with ``PrepaidController/renewalAttempted(_:succeeded:)``.
    /// - Returns: whether it is done; else it comes again.
    func carryOut(_ event: PrepaidEvent, of resource: ResourceID) async -> ArrearsAnswer
}

/// A prepaid resource as its cloud keeps it.
public struct PrepaidResource: Sendable, Hashable {
    /// Which one.
    public var id: ResourceID
    /// When what was paid for ends.
    public var expiry: Timestamp
    /// What one automatic renewal buys; `nil`: there is none.
    public var renewalPeriod: CalendarSpan?
    /// A resource with its end.
    public init(id: ResourceID, expiry: Timestamp, renewalPeriod: CalendarSpan? = nil) {
        self.id = id
        self.expiry = expiry
        self.renewalPeriod = renewalPeriod
    }
}

/// Lives of prepaid resources, such as simple application servers, in time: stops them after their end, brings them back
/// when a renewal order is paid, releases them. A recharge of the account changes nothing here.
///
/// Ends and automatic renewals live in the cloud, so a restarted controller lists the resources and goes on. Open orders and
/// events that were told and not carried out live in memory: order anew after a restart.
public actor PrepaidController: Service {
    private let driver: any PrepaidDriver
    private let terms: PrepaidTerms
    private let clock: any SettlementClock
    private let backoff: Backoff
    private var generator: SplitMix64
    private var lives: [ResourceID: PrepaidLife] = [:]
    private var timers = TimerQueue<ResourceID>()
    /// Told and not carried out, in order.
    private var events: [(resource: ResourceID, event: PrepaidEvent)] = []
    private let signal = WakeSignal()

    /// A controller that does nothing until ``run()``.
    ///
    /// - Parameter seed: of the jitter between attempts.
    public init(
        driver: any PrepaidDriver,
        terms: PrepaidTerms = .aliyunSimpleServer,
        clock: any SettlementClock = SystemClock(),
        backoff: Backoff = Backoff(),
        seed: UInt64
    ) {
        self.driver = driver
        self.terms = terms
        self.clock = clock
        self.backoff = backoff
        self.generator = SplitMix64(seed: seed)
    }

    /// A resource's life; `nil`: unknown.
    public func life(of resource: ResourceID) -> PrepaidLife? { lives[resource] }

    /// A resource was bought.
    public func add(_ resource: PrepaidResource) {
        let now = clock.wallTime
        var life = PrepaidLife(terms: terms, expiry: resource.expiry, at: min(now, resource.expiry))
        if let period = resource.renewalPeriod { life.setAutomaticRenewal(period, at: now) }
        keep(life, of: resource.id)
    }

    /// A resource that was there before this controller.
    private func addListed(_ resource: PrepaidResource) {
        let now = clock.wallTime
        var life = PrepaidLife(terms: terms, expiry: resource.expiry, at: min(now, resource.expiry))
        if let period = resource.renewalPeriod { life.resumeAutomaticRenewal(period, at: now) }
        keep(life, of: resource.id)
    }

    /// The customer orders another period. `nil`: the order is open.
    public func order(_ id: OrderID, of resource: ResourceID, period: CalendarSpan) -> PrepaidRefusal? {
        guard var life = lives[resource] else { return .released }
        let refusal = life.order(id, period: period)
        keep(life, of: resource)
        return refusal
    }

    /// An order was paid for, or its payment failed. `nil`: it had its effect; else money that was taken has to go back.
    public func orderPaid(_ id: OrderID, of resource: ResourceID, succeeded: Bool) -> PrepaidRefusal? {
        guard var life = lives[resource] else { return .released }
        let outcome = life.orderPaid(id, succeeded: succeeded, at: clock.wallTime)
        return take(outcome, of: resource, life)
    }

    /// An attempt at automatic renewal has come to its end. `nil`: it had its effect; else money that was taken has to go
    /// back.
    public func renewalAttempted(_ resource: ResourceID, succeeded: Bool) -> PrepaidRefusal? {
        guard var life = lives[resource] else { return .released }
        let outcome = life.renewalAttempted(succeeded: succeeded, at: clock.wallTime)
        return take(outcome, of: resource, life)
    }

    /// Works until graceful shutdown or cancellation.
    public func run() async {
        await untilGracefulShutdown { await self.work() }
    }

    private func work() async {
        var failures = 0
        while !Task.isCancelled {
            do throws(DriverError) {
                for resource in try await driver.resources() where lives[resource.id] == nil {
                    addListed(resource)
                }
                break
            } catch {
                failures += 1
                try? await pause(after: failures)
            }
        }
        failures = 0
        while !Task.isCancelled {
            advance()
            if let next = events.first {
                if await driver.carryOut(next.event, of: next.resource) == .done {
                    events.removeFirst()
                    failures = 0
                } else {
                    // Others go first the next time, its own later events behind it.
                    failures += 1
                    let own = events.filter { $0.resource == next.resource }
                    events.removeAll { $0.resource == next.resource }
                    events += own
                    try? await pause(after: failures)
                }
            } else {
                try? await signal.wait(until: nextLook(), clock: clock)
            }
        }
    }

    private func pause(after failures: Int) async throws(CancellationError) {
        try await clock.sleep(nanoseconds: backoff.delay(after: failures, using: &generator))
    }

    private func advance() {
        var due: [TimerQueue<ResourceID>.Due] = []
        timers.advance(to: clock.wallTime, into: &due)
        for timer in due {
            guard var life = lives[timer.key] else { continue }
            tell(life.advance(to: clock.wallTime), of: timer.key)
            keep(life, of: timer.key)
        }
    }

    private func nextLook() -> Int64? {
        timers.nextDue.map { clock.monotonicNanoseconds + max(0, $0.rawValue - clock.wallTime.rawValue) }
    }

    private func take(_ outcome: PrepaidOutcome, of resource: ResourceID, _ life: PrepaidLife) -> PrepaidRefusal? {
        tell(outcome.events, of: resource)
        keep(life, of: resource)
        return outcome.refusal
    }

    private func tell(_ told: [PrepaidEvent], of resource: ResourceID) {
        events += told.map { (resource, $0) }
    }

    private func keep(_ life: PrepaidLife, of resource: ResourceID) {
        lives[resource] = life
        if let due = life.nextDue { timers.set(resource, at: due) } else { timers.cancel(resource) }
        signal.set()
    }
}
