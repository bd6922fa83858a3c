import Logging
import Settlement
import SettlementTestKit
import Synchronization
import Testing

@testable import SettlementWebhooks

/// What reaches a subscriber over restarts, disabled endpoints and gaps.
@Suite struct WebhookRestartTests {
    private static let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    private static let second: Int64 = 1_000_000_000

    /// A pool and a network that stay while services come and go.
    private final class World: Sendable {
        let clock: SimulatedClock
        let pool: SettlementPool
        let network = ScriptedNetwork()
        let journal: KeptJournal

        init(_ simulation: Simulation) throws {
            clock = simulation.clock
            journal = KeptJournal(in: simulation)
            pool = try SettlementPool.open(journal: .memory, clock: clock, observer: NoPathObserver(), logger: logger)
            network.state.withLock {
                for name in ["a", "b"] { $0.addresses["\(name).example.com"] = ["1.1.1.1"] }
                $0.addresses["oapi.dingtalk.com"] = ["1.1.1.1"]
            }
        }

        /// Runs a service as long as `body` takes, and a little longer.
        func serve(
            _ endpoints: [WebhookEndpoint],
            bus: NotificationBus? = nil,
            cursors: [String: BusCursor]? = nil,
            _ body: @escaping @Sendable (WebhookService) async throws -> Void
        ) async throws {
            let bus = bus ?? pool.bus
            let service =
                if let cursors {
                    WebhookService(
                        endpoints: endpoints,
                        transport: network,
                        bus: bus,
                        cursors: cursors,
                        clock: clock,
                        seed: 1,
                        logger: logger
                    )
                } else {
                    try await WebhookService.open(
                        endpoints: endpoints,
                        journal: journal.choice,
                        transport: network,
                        bus: bus,
                        clock: clock,
                        seed: 1,
                        logger: logger
                    )
                }
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await service.run() }
                try await clock.sleep(nanoseconds: second)
                try await body(service)
                try await clock.sleep(nanoseconds: 3_600 * second)
                group.cancelAll()
                try await group.waitForAll()
            }
        }

        /// One change of standing.
        func fallIntoArrears(_ account: UInt64) async throws {
            try await pool.openAccount(AccountID(account), currency: .cny)
            let month = Month(containing: pool.now, offsetMinutes: 480).previous
            let bill = Bill(
                id: BillID(account),
                month: month,
                product: ProductCode(1),
                region: RegionID(0),
                created: pool.now,
                amount: Amount(minorUnits: 10)
            )
            try await pool.issue(bill, to: AccountID(account))
        }

        /// Ids of the messages that a host was sent, in order.
        func ids(_ host: String = "a") -> [String] {
            network.requests.filter { $0.url.host.hasPrefix(host) }.map { $0.headers[1].value }
        }
    }

    private static func simulate(_ body: @escaping @Sendable (World) async throws -> Void) throws {
        let simulation = Simulation(seed: 1)
        try simulation.run { _ in try await body(World(simulation)) }
    }

    private static func endpoint(_ name: String = "a") throws -> WebhookEndpoint {
        var generator = SystemRandomNumberGenerator()
        let url = try WebhookURL("https://\(name).example.com/settlement")
        return WebhookEndpoint(name: name, url: url, signing: .standard([WebhookSecret(using: &generator)]))
    }

    private static func alert(_ account: UInt64) -> Alert {
        Alert(account: AccountID(account), time: Timestamp(seconds: 1_790_000_000), .paymentMethodCheck)
    }

    @Test func changesWhileNobodyServedAreToldAfterwards() throws {
        let endpoint = try Self.endpoint()
        try Self.simulate { world in
            try await world.serve([endpoint]) { _ in try await world.fallIntoArrears(1) }
            #expect(world.ids().count == 1)
            for account in 2...100 as ClosedRange<UInt64> { try await world.fallIntoArrears(account) }
            try await world.serve([endpoint]) { _ in }
            #expect(world.ids().count == 100 && Set(world.ids()).count == 100, "each once")
            try await world.serve([endpoint]) { _ in }
            #expect(world.ids().count == 100)
        }
    }

    /// The cursor stays behind what was taken from the bus and not delivered.
    @Test func changesThatWereNotDeliveredComeAgainAfterARestart() throws {
        let endpoint = try Self.endpoint()
        try Self.simulate { world in
            world.network.state.withLock { $0.addresses["a.example.com"] = nil }
            try await world.serve([endpoint]) { _ in
                for account in 1...3 as ClosedRange<UInt64> { try await world.fallIntoArrears(account) }
            }
            #expect(world.ids().isEmpty)
            world.network.state.withLock { $0.addresses["a.example.com"] = ["1.1.1.1"] }
            try await world.serve([endpoint]) { _ in }
            #expect(world.ids().count == 3 && Set(world.ids()).count == 3)
        }
    }

    @Test func aChangeBeforeTheFirstMessageIsNotLostWithTheService() throws {
        let endpoint = try Self.endpoint()
        try Self.simulate { world in
            try await world.serve([endpoint]) { _ in }
            try await world.fallIntoArrears(1)
            try await world.serve([endpoint]) { _ in }
            #expect(world.ids().count == 1)
        }
    }

    @Test func alertsWaitOverARestartForThoseWhoHaveNotGotThem() throws {
        let endpoints = [try Self.endpoint("a"), try Self.endpoint("b")]
        try Self.simulate { world in
            world.network.state.withLock { $0.addresses["b.example.com"] = nil }
            try await world.serve(endpoints) { service in
                #expect(await service.receive([Self.alert(1), Self.alert(2)]))
                #expect(await service.receive([Self.alert(1)]), "it waits already")
            }
            #expect(world.ids("a").count == 2 && world.ids("b").isEmpty)
            world.network.state.withLock { $0.addresses["b.example.com"] = ["1.1.1.1"] }
            try await world.serve(endpoints) { service in
                #expect(await service.receive([Self.alert(2)]), "told again by who did not hear that it is kept")
            }
            #expect(world.ids("b") == Array(world.ids("a").prefix(2)), "in order, under the same ids")
            let before = world.network.requests.count
            try await world.serve(endpoints) { service in
                for name in ["a", "b"] { #expect(await service.state(of: name)?.count == 0) }
            }
            #expect(world.network.requests.count == before)
        }
    }

    @Test func aDisabledEndpointGoesOnWhereItWas() throws {
        let endpoint = try Self.endpoint()
        try Self.simulate { world in
            world.network.state.withLock { $0.status = 410 }
            try await world.serve([endpoint]) { service in
                for account in 1...200 as ClosedRange<UInt64> { try await world.fallIntoArrears(account) }
                _ = await service.receive([Self.alert(1)])
                try await world.clock.sleep(nanoseconds: Self.second)
                #expect(await service.state(of: "a")?.disabled == .gone)
                #expect(await service.state(of: "a")?.lastFailure == "the receiver answered with status 410")
                world.network.state.withLock { $0.status = 204 }
                await service.enable("a")
                try await world.clock.sleep(nanoseconds: 3_600 * Self.second)
                #expect(await service.state(of: "a")?.lostCount == 0)
            }
            #expect(Set(world.ids()).count == 201 && world.ids().count == 202, "one was refused once")
        }
    }

    @Test func aRobotWithAWrongTokenIsNotAskedAgainAndKeepsItsLines() throws {
        let url = try WebhookURL("https://oapi.dingtalk.com/robot/send?access_token=x")
        let robot = WebhookEndpoint(name: "robot", url: url, signing: .dingTalk(secret: RobotSecret("SECx")))
        try Self.simulate { world in
            world.network.state.withLock {
                $0.status = 200; $0.body = #"{"errcode":300005}"#
            }
            try await world.serve([robot]) { service in
                _ = await service.receive([Self.alert(1)])
                try await world.clock.sleep(nanoseconds: 86_400 * Self.second)
                #expect(await service.state(of: "robot")?.disabled == .misconfigured(code: 300_005))
            }
            #expect(world.network.requests.count == 1)
            world.network.state.withLock { $0.body = #"{"errcode":0}"# }
            try await world.serve([robot]) { _ in }
            #expect(world.network.requests.count == 2, "a restart tries again")
        }
    }

    @Test func linesBeyondTheLimitAreCountedAndSaid() {
        let url = try? WebhookURL("https://oapi.dingtalk.com/robot/send?access_token=x")
        guard let url else { return }
        var settings = WebhookSettings()
        settings.queueLimit = 2
        let robot = WebhookEndpoint(name: "robot", url: url, signing: .dingTalk(secret: RobotSecret("SECx")))
        var desk = WebhookDesk(endpoint: robot, settings: settings, cursor: nil, done: 0)
        for number in 1...5 as ClosedRange<UInt64> {
            let message = WebhookPayload.message(Self.alert(number))
            desk.add(WebhookEntry(message, text: "line \(number)"), number: number)
        }
        #expect(desk.state.lostCount == 3 && desk.state.lastLoss?.reason == .queueFull && desk.done == 3)
        desk.digest(at: 0)
        let long = RobotText.message(id: "m", Array(repeating: String(repeating: "\u{1}", count: 900), count: 5))
        #expect(long.payload.count <= WebhookMessage.payloadBytesMax, "however it is escaped")
        let text = desk.state.next(at: 0).map { String(decoding: $0.message.payload, as: UTF8.self) } ?? ""
        #expect(text.contains("3 before") && text.contains("line 4\\nline 5") && desk.done == 3)
    }

    @Test func aGapIsSaid() throws {
        let endpoint = try Self.endpoint()
        try Self.simulate { world in
            let bus = NotificationBus(heads: [10, 20], history: NoHistory())
            try await world.serve([endpoint], bus: bus, cursors: ["a": BusCursor(sequences: [5, 20])]) { service in
                try await world.clock.sleep(nanoseconds: Self.second)
                #expect(await service.cursor(of: "a") == BusCursor(sequences: [10, 20]))
                #expect(await service.state(of: "a")?.gapCount == 1)
            }
            let body = String(decoding: world.network.requests[0].body, as: UTF8.self)
            #expect(body.contains(#""type":"standing.gap""#) && body.contains(#"{"shards":[0]}"#))
        }
    }

    /// A process has a bus of its own, which knows nothing of who listened to the one before.
    @Test func aNewBusIsTakenUpWhereTheEndpointWas() throws {
        struct Told: NotificationHistory {
            let last: UInt64
            func notifications(
                shard: Int,
                after sequence: UInt64,
                limit: Int
            ) async throws(HistoryUnavailable) -> HistoryPage {
                guard sequence < last else { return .page([], through: sequence) }
                return .page((sequence + 1...last).map(WebhookRestartTests.notification), through: last)
            }
        }
        let endpoint = try Self.endpoint()
        try Self.simulate { world in
            let bus = NotificationBus(heads: [2], history: Told(last: 2))
            try await world.serve([endpoint], bus: bus) { _ in
                await bus.publish([Self.notification(3)], after: 2)
            }
            #expect(world.ids() == ["standing-0-3"], "a new endpoint begins at the head")
            try await world.serve([endpoint], bus: NotificationBus(heads: [6], history: Told(last: 6))) { _ in }
            #expect(world.ids() == (3...6).map { "standing-0-\($0)" })
        }
    }

    private static func notification(_ sequence: UInt64) -> Notification {
        Notification(
            shard: 0,
            sequence: sequence,
            account: AccountID(sequence),
            standing: Standing(state: .arrears, epoch: 1),
            regions: RegionSet(rawValue: 1),
            time: Timestamp(seconds: 1_790_000_000)
        )
    }

    @Test func aCursorBeyondTheJournalEndsTheService() throws {
        let endpoint = try Self.endpoint()
        try Self.simulate { world in
            let bus = NotificationBus(heads: [1], history: NoHistory())
            await #expect(throws: HeadRegression.self) {
                try await world.serve([endpoint], bus: bus, cursors: ["a": BusCursor(sequences: [2])]) { _ in
                    try await world.clock.sleep(nanoseconds: 3_600 * Self.second)
                }
            }
        }
    }

    /// From the watch to the subscriber without a line between them.
    @Test func alertsReachSubscribersThroughTheService() throws {
        let endpoint = try Self.endpoint()
        try Self.simulate { world in
            try await world.serve([endpoint]) { service in
                let alerts = AlertService(
                    source: world.pool,
                    receiver: service,
                    clock: world.clock,
                    logger: Self.logger
                )
                try await world.pool.openAccount(AccountID(1), currency: .cny)
                let key = IdempotencyKey(high: 1, low: 1)
                try await world.pool.recharge(Amount(minorUnits: 200), to: AccountID(1), key: key)
                _ = try await alerts.watch(AccountID(1), AlertRules(creditBelow: Amount(minorUnits: 100)))
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { try await alerts.run() }
                    let second = IdempotencyKey(high: 1, low: 2)
                    try await world.pool.withdraw(Amount(minorUnits: 150), from: AccountID(1), key: second)
                    try await world.clock.sleep(nanoseconds: 5 * Self.second)
                    group.cancelAll()
                    try await group.waitForAll()
                }
            }
            let bodies = world.network.requests.map { String(decoding: $0.body, as: UTF8.self) }
            #expect(bodies.count == 1 && bodies[0].contains("alert.credit_low"))
        }
    }
}
