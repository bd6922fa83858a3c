public import Logging
public import ServiceLifecycle
public import Settlement
internal import SettlementLedger

/// Sends messages to webhook subscribers: changes of standing from the bus, alerts, orders of arrears policies.
///
/// Endpoints do not wait for each other. Each is a subscriber of the bus with a cursor of its own, and one that is disabled
/// takes nothing from it, so it goes on where it was. Alerts and orders are numbered and kept until all endpoints are done
/// with them. Opened on a journal, the service goes on after a restart where it ended: a message that was under way then
/// comes once more under its id. What could not be kept is counted in the endpoint's ``EndpointState``.
public actor WebhookService: Service {
    let transport: any WebhookTransport
    let bus: NotificationBus?
    let rules: AddressRules
    let settings: WebhookSettings
    let clock: any SettlementClock
    let logger: Logger
    var generator: SplitMix64
    /// In the order in which they were given.
    var desks: [WebhookDesk]
    /// What is known again after a restart; `nil`: nothing is.
    var memory: ServiceMemory?
    /// Ids of the messages of our own that are kept.
    var known: Set<String> = []
    /// The same with their numbers, ascending.
    var kept: [(number: UInt64, id: String)] = []
    var lastNumber: UInt64 = 0
    /// What ends the service.
    var failure: (any Error)?
    let failed = WakeSignal()

    /// A service that sends nothing until ``run()`` and that keeps what waits in memory.
    ///
    /// - Parameters:
    ///   - bus: whose changes of standing go to the endpoints of Standard Webhooks; `nil`: none do.
    ///   - cursors: by endpoint, where an earlier service ended (``cursor(of:)``); one that is not named begins at the head.
    ///   - rules: to which addresses names may lead.
    ///   - seed: of the jitter between attempts.
    /// - Precondition: the endpoints' names differ.
    public init(
        endpoints: [WebhookEndpoint],
        transport: any WebhookTransport,
        bus: NotificationBus? = nil,
        cursors: [String: BusCursor] = [:],
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
            WebhookDesk(endpoint: endpoint, settings: settings, cursor: cursors[endpoint.name], done: 0)
        }
    }

    /// How an endpoint is doing; `nil`: there is none of this name.
    public func state(of name: String) -> EndpointState? { desks.first { $0.endpoint.name == name }?.state }

    /// Up to where an endpoint has taken the bus; `nil`: it has not begun.
    public func cursor(of name: String) -> BusCursor? { desks.first { $0.endpoint.name == name }?.cursor }

    /// Serves a disabled endpoint again, from where it was.
    public func enable(_ name: String) {
        guard let index = desks.firstIndex(where: { $0.endpoint.name == name }) else { return }
        desks[index].state.enable()
        desks[index].waiting.set()
    }

    /// Works until graceful shutdown or cancellation.
    ///
    /// - Throws: when the service's journal fails, or ``HeadRegression`` when an endpoint has taken what the bus does not
    ///   hold.
    public func run() async throws {
        await untilGracefulShutdown { await self.work() }
        await memory?.close()
        if let failure { throw failure }
    }

    private func work() async {
        await withTaskGroup { group in
            for index in desks.indices {
                group.addTask { await self.serve(index) }
                group.addTask { await self.relay(index) }
            }
            group.addTask { try? await self.failed.wait() }
            while failure == nil, await group.next() != nil {}
            group.cancelAll()
        }
    }

    func fail(_ error: any Error) {
        if failure == nil { failure = error }
        failed.set()
    }
}

extension WebhookService: AlertReceiver {
    /// Tells all endpoints of alerts. They are kept when it returns.
    public func receive(_ alerts: [Alert]) async -> Bool {
        await take(alerts.map { WebhookEntry(WebhookPayload.message($0), text: WebhookPayload.text($0)) })
    }

    /// Tells all endpoints that an account is to be recharged: the shop submits it under the key of the request.
    public func recharge(_ request: RechargeRequest) async {
        let message = WebhookPayload.message(request, at: clock.wallTime)
        _ = await take([WebhookEntry(message, text: WebhookPayload.text(request))])
    }
}

extension WebhookService: ArrearsActions {
    /// Tells all endpoints of orders of arrears policies. They are done when they are kept here.
    public func carryOut(_ orders: [ArrearsOrder]) async -> [ArrearsAnswer] {
        let isKept = await take(
            orders.map { WebhookEntry(WebhookPayload.message($0), text: WebhookPayload.text($0)) }
        )
        return orders.map { _ in isKept ? .done : .retry }
    }
}
