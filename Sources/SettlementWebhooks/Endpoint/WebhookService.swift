public import Logging
public import ServiceLifecycle
public import Settlement
internal import SettlementLedger

/// Sends messages to webhook subscribers: changes of standing from the bus, alerts, orders of arrears policies.
///
/// Endpoints do not wait for each other, and each is a subscriber of the bus with a cursor of its own. Cursors, alerts and
/// orders that wait live in memory: a new service begins at the head of the bus, and a disabled endpoint misses what comes
/// meanwhile. A receiver reads accounts when it sees a gap in the sequences.
public actor WebhookService: Service {
    private struct Desk {
        var endpoint: WebhookEndpoint
        var state: EndpointState
        /// `nil`: no robot.
        var pace: RobotPace?
        /// What a robot says next, in one message.
        var lines: [String] = []
        var digests: UInt64 = 0
        /// Something waits.
        let waiting = WakeSignal()
        /// Nothing waits any more.
        let drained = WakeSignal()
    }

    private let transport: any WebhookTransport
    private let bus: NotificationBus?
    private let rules: AddressRules
    private let settings: WebhookSettings
    private let clock: any SettlementClock
    private let logger: Logger
    private var generator: SplitMix64
    /// In the order in which they were given.
    private var desks: [Desk]

    /// A service that sends nothing until ``run()``.
    ///
    /// - Parameters:
    ///   - bus: whose changes of standing go to the endpoints of Standard Webhooks; `nil`: none do.
    ///   - rules: to which addresses names may lead.
    ///   - seed: of the jitter between attempts.
    /// - Precondition: the endpoints' names differ.
    public init(
        endpoints: [WebhookEndpoint],
        transport: any WebhookTransport,
        bus: NotificationBus? = nil,
        rules: AddressRules = AddressRules(),
        settings: WebhookSettings = WebhookSettings(),
        clock: any SettlementClock = SystemClock(),
        seed: UInt64,
        logger: Logger
    ) {
        precondition(Set(endpoints.map(\.name)).count == endpoints.count, "two endpoints have one name")
        self.transport = transport
        self.bus = bus
        self.rules = rules
        self.settings = settings
        self.clock = clock
        self.logger = logger
        self.generator = SplitMix64(seed: seed)
        self.desks = endpoints.map { endpoint in
            var desk = Desk(endpoint: endpoint, state: EndpointState(settings: settings))
            if case .dingTalk = endpoint.signing { desk.pace = RobotPace() }
            return desk
        }
    }

    /// How an endpoint is doing; `nil`: there is none of this name.
    public func state(of name: String) -> EndpointState? { desks.first { $0.endpoint.name == name }?.state }

    /// Serves a disabled endpoint again.
    public func enable(_ name: String) {
        guard let index = desks.firstIndex(where: { $0.endpoint.name == name }) else { return }
        desks[index].state.enable()
        desks[index].waiting.set()
    }

    /// Tells all endpoints of alerts.
    public func send(_ alerts: [Alert]) {
        for alert in alerts { add(WebhookPayload.message(alert), text: WebhookPayload.text(alert)) }
    }

    /// Works until graceful shutdown or cancellation.
    public func run() async {
        await untilGracefulShutdown {
            await withDiscardingTaskGroup { group in
                for index in await self.desks.indices {
                    group.addTask { await self.serve(index) }
                    group.addTask { await self.relay(index) }
                }
            }
        }
    }

    private func add(_ message: WebhookMessage, text: String) {
        for index in desks.indices {
            if desks[index].pace == nil {
                desks[index].state.add(message)
            } else if desks[index].lines.count < settings.queueLimit {
                desks[index].lines.append(text)
            }
            desks[index].waiting.set()
        }
    }

    /// Hands an endpoint what the bus has for it, a little at a time.
    private func relay(_ index: Int) async {
        guard let bus, desks[index].pace == nil else { return }
        do {
            let subscription = try await bus.subscribe(
                name: "webhook-\(desks[index].endpoint.name)",
                regions: RegionSet(rawValue: .max)
            )
            while !Task.isCancelled {
                guard case .notifications(let notifications, let cursor) = try await subscription.next(max: 64) else {
                    // A subscriber beyond this process cannot list; it reads accounts when it sees a gap in the sequences.
                    continue
                }
                for notification in notifications { desks[index].state.add(WebhookPayload.message(notification)) }
                desks[index].waiting.set()
                while desks[index].state.count > 0 { try await desks[index].drained.wait() }
                if desks[index].state.disabled == nil { await subscription.acknowledge(cursor) }
            }
        } catch {
            logger.info("webhook relay ends", metadata: ["endpoint": "\(desks[index].endpoint.name)"])
        }
    }

    private func serve(_ index: Int) async {
        while !Task.isCancelled {
            let now = clock.monotonicNanoseconds
            digest(index)
            if (desks[index].pace?.ready(at: now) ?? now) <= now, let next = desks[index].state.next(at: now) {
                desks[index].pace?.record(at: now)
                let result = await attempt(next.message, desks[index].endpoint)
                desks[index].state.finish(result, at: clock.monotonicNanoseconds, using: &generator)
                note(result, next, desks[index].endpoint.name)
                if desks[index].state.count == 0 { desks[index].drained.set() }
            } else {
                let due = desks[index].state.nextDue.map { max($0, desks[index].pace?.ready(at: now) ?? $0) }
                try? await desks[index].waiting.wait(until: due, clock: clock)
            }
        }
    }

    /// A robot says in one message what has come together since its last.
    private func digest(_ index: Int) {
        guard !desks[index].lines.isEmpty, desks[index].state.count == 0 else { return }
        desks[index].digests += 1
        let id = "digest-\(clock.wallTime.rawValue)-\(desks[index].digests)"
        desks[index].state.add(RobotText.message(id: id, desks[index].lines))
        desks[index].lines = []
    }

    /// Resolves, checks every address, connects to the one that was checked.
    private func attempt(_ message: WebhookMessage, _ endpoint: WebhookEndpoint) async -> EndpointState.Result {
        do throws(TransportFailure) {
            let addresses: [IPAddress]
            if let address = endpoint.url.address {
                addresses = [address]
            } else {
                addresses = try await transport.resolve(endpoint.url.host)
            }
            guard let address = rules.choose(from: addresses) else {
                logger.warning("a webhook leads to a forbidden address", metadata: ["endpoint": "\(endpoint.name)"])
                return .failed(retryAfterNanoseconds: nil)
            }
            let request = endpoint.request(
                message,
                to: address,
                milliseconds: clock.wallTime.rawValue / 1_000_000,
                timeoutNanoseconds: settings.timeoutNanoseconds
            )
            return endpoint.result(of: try await transport.post(request))
        } catch {
            return .failed(retryAfterNanoseconds: nil)
        }
    }

    private func note(
        _ result: EndpointState.Result,
        _ next: (message: WebhookMessage, attempt: Int),
        _ endpoint: String
    ) {
        if result == .delivered { return }
        logger.warning(
            "a webhook failed",
            metadata: ["endpoint": "\(endpoint)", "message": "\(next.message.id)", "attempt": "\(next.attempt)"]
        )
    }
}

extension WebhookService: ArrearsActions {
    /// Tells all endpoints of orders of arrears policies. They are done when they wait here.
    public func carryOut(_ orders: [ArrearsOrder]) async -> [ArrearsAnswer] {
        for order in orders { add(WebhookPayload.message(order), text: WebhookPayload.text(order)) }
        return orders.map { _ in .done }
    }
}
