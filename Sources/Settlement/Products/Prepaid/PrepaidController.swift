internal import DequeModule
public import ServiceLifecycle
public import SettlementLedger

/// What a controller of prepaid resources asks of its cloud and shop.
public protocol PrepaidDriver: Sendable {
    /// All resources with the end of what was paid for and the period of automatic renewal, as the cloud keeps them.
    func resources() async throws(DriverError) -> [PrepaidResource]

    /// Carries out what a resource has come to; doing it again changes nothing.
    ///
    /// An attempt at renewal is answered with ``PrepaidController/renewalAttempted(_:of:succeeded:)``.
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
/// Ends and automatic renewals live in the cloud; a controller lists the resources when it starts. Orders, attempts under
/// way and what was told and not carried out are kept in the controller's journal if it was opened on one
/// (``open(driver:journal:terms:clock:backoff:seed:logger:)``), else they end with it. Each resource goes its own way: one
/// that its cloud does not serve waits alone, with its later events behind it.
public actor PrepaidController: Service {
    /// A resource with what was told of it and not carried out, in order.
    struct Desk {
        var life: PrepaidLife
        var events: Deque<PrepaidEvent> = []
        var failures = 0
    }

    /// Resources whose events are carried out at once.
    static let callsMax = 16

    let driver: any PrepaidDriver
    let terms: PrepaidTerms
    let clock: any SettlementClock
    private let backoff: Backoff
    private var generator: SplitMix64
    var desks: [ResourceID: Desk] = [:]
    private var timers = TimerQueue<ResourceID>()
    /// Resources with events to carry out.
    private var ready = KeyQueue<ResourceID>()
    private var calls = 0
    /// What is known again after a restart; `nil`: nothing is.
    var memory: ServiceMemory?
    /// The last changes that were handed to it.
    var staged: ServiceMemory.Kept?
    /// What ends the controller.
    var failure: SettlementError?
    private let signal = WakeSignal()

    /// A controller that does nothing until ``run()`` and whose knowledge ends with it.
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
    public func life(of resource: ResourceID) -> PrepaidLife? { desks[resource]?.life }

    /// What a resource has come to and the cloud has not carried out, in order.
    public func pendingEvents(of resource: ResourceID) -> [PrepaidEvent] {
        desks[resource].map { Array($0.events) } ?? []
    }

    /// A resource was bought.
    public func add(_ resource: PrepaidResource) {
        let now = clock.wallTime
        var life = PrepaidLife(terms: terms, expiry: resource.expiry, at: min(now, resource.expiry))
        if let period = resource.renewalPeriod { life.setAutomaticRenewal(period, at: now) }
        keep(life, of: resource.id)
    }

    /// The customer orders another period. `nil`: the order is open, and outlasts a crash.
    ///
    /// - Throws: when the controller's journal fails: nobody knows whether the order will be there again.
    public func order(
        _ id: OrderID,
        of resource: ResourceID,
        period: CalendarSpan
    ) async throws(SettlementError) -> PrepaidRefusal? {
        guard var life = desks[resource]?.life else { return .released }
        if let refusal = life.order(id, period: period) { return refusal }
        keep(life, of: resource)
        try await durable()
        return nil
    }

    /// An order was paid for, or its payment failed. Told again, it is answered as the first time.
    ///
    /// - Parameter payment: under which the provider of the payment knows it: another one of a paid order is refused.
    /// - Throws: as ``order(_:of:period:)``.
    public func orderPaid(
        _ id: OrderID,
        of resource: ResourceID,
        by payment: IdempotencyKey,
        succeeded: Bool
    ) async throws(SettlementError) -> PaymentAnswer {
        guard var life = desks[resource]?.life else { return .refused(.released) }
        let outcome = life.orderPaid(id, by: payment, succeeded: succeeded, at: clock.wallTime)
        return try await take(outcome, of: resource, life)
    }

    /// An attempt at automatic renewal has come to its end. Its success told again is answered as the first time.
    ///
    /// - Parameter attempt: as the event named it.
    /// - Throws: as ``order(_:of:period:)``.
    public func renewalAttempted(
        _ attempt: RenewalAttempt,
        of resource: ResourceID,
        succeeded: Bool
    ) async throws(SettlementError) -> PaymentAnswer {
        guard var life = desks[resource]?.life else { return .refused(.released) }
        let outcome = life.renewalAttempted(attempt, succeeded: succeeded, at: clock.wallTime)
        return try await take(outcome, of: resource, life)
    }

    /// Works until graceful shutdown or cancellation.
    ///
    /// - Throws: ``SettlementError`` when the controller's journal fails: nothing is done that could not be remembered.
    public func run() async throws {
        await untilGracefulShutdown { await self.work() }
        await memory?.close()
        if let failure { throw failure }
    }

    private func work() async {
        await list()
        await withDiscardingTaskGroup { group in
            while !Task.isCancelled, failure == nil {
                advance()
                if calls < Self.callsMax {
                    for resource in ready.take(limit: Self.callsMax - calls, at: clock.monotonicNanoseconds) {
                        calls += 1
                        group.addTask { await self.carryOutNext(of: resource) }
                    }
                }
                if let snapshot = memory?.takeSnapshotIfDue() { await snapshot.write() }
                try? await signal.wait(until: nextLook(), clock: clock)
            }
            group.cancelAll()
        }
    }

    /// Learns from the cloud which resources there are.
    private func list() async {
        var failures = 0
        while !Task.isCancelled {
            do throws(DriverError) {
                for resource in try await driver.resources() { learn(resource) }
                return
            } catch {
                failures += 1
                try? await clock.sleep(nanoseconds: backoff.delay(after: failures, using: &generator))
            }
        }
    }

    /// A resource that was there before this controller. The cloud knows best, unless it has still to be told of a renewal.
    private func learn(_ resource: PrepaidResource) {
        let known = desks[resource.id]?.life
        let isAhead = desks[resource.id].map { PrepaidRecord($0.life, events: Array($0.events)).isRenewing } ?? false
        if let known, isAhead || (known.expiry, known.renewalPeriod) == (resource.expiry, resource.renewalPeriod) {
            return
        }
        let now = clock.wallTime
        var life = PrepaidLife(terms: terms, expiry: resource.expiry, at: min(now, resource.expiry))
        life.orders = known?.orders ?? []
        if let period = resource.renewalPeriod { life.resumeAutomaticRenewal(period, at: now) }
        keep(life, of: resource.id)
    }

    /// Carries out what a resource has come to first.
    private func carryOutNext(of resource: ResourceID) async {
        defer {
            calls -= 1
            signal.set()
        }
        guard let event = desks[resource]?.events.first else { return ready.finish(resource) }
        var answer = ArrearsAnswer.retry
        do throws(SettlementError) {
            // What cannot be remembered is not done.
            try await durable()
            answer = await driver.carryOut(event, of: resource)
        } catch {
            failure = error
        }
        ready.finish(resource)
        if answer == .done {
            desks[resource]?.events.removeFirst()
            desks[resource]?.failures = 0
            stage(resource)
            if desks[resource]?.events.isEmpty == false { ready.add(resource, .routine) }
        } else {
            let failures = (desks[resource]?.failures ?? 0) + 1
            desks[resource]?.failures = failures
            let delay = backoff.delay(after: failures, using: &generator)
            ready.add(resource, at: clock.monotonicNanoseconds + delay)
        }
    }

    private func advance() {
        var due: [TimerQueue<ResourceID>.Due] = []
        timers.advance(to: clock.wallTime, into: &due)
        for timer in due {
            guard var life = desks[timer.key]?.life else { continue }
            let events = life.advance(to: clock.wallTime)
            keep(life, of: timer.key, telling: events)
        }
    }

    private func nextLook() -> Int64? {
        let now = clock.monotonicNanoseconds
        let timer = timers.nextDue.map { now + max(0, $0.rawValue - clock.wallTime.rawValue) }
        let retry = calls < Self.callsMax ? ready.nextDue : nil
        return [timer, retry].compactMap(\.self).min()
    }

    private func take(
        _ outcome: PrepaidOutcome,
        of resource: ResourceID,
        _ life: PrepaidLife
    ) async throws(SettlementError) -> PaymentAnswer {
        keep(life, of: resource, telling: outcome.events)
        try await durable()
        return outcome.refusal.map { .refused($0) } ?? .pending
    }

    func keep(_ life: PrepaidLife, of resource: ResourceID, telling events: [PrepaidEvent] = []) {
        desks[resource, default: Desk(life: life)].life = life
        desks[resource]?.events += events
        if let due = life.nextDue { timers.set(resource, at: due) } else { timers.cancel(resource) }
        if desks[resource]?.events.isEmpty == false { ready.add(resource, .routine) }
        stage(resource)
        signal.set()
    }
}
