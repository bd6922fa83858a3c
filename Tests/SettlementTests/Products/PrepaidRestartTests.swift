import Settlement
import SettlementTestKit
import Synchronization
import Testing

/// What of prepaid lives outlasts the controller's process.
@Suite struct PrepaidRestartTests {
    private static let (server, other) = (ResourceID(1), ResourceID(2))
    private static let hour: Int64 = 3_600_000_000_000
    private static let payment = IdempotencyKey(high: 1, low: 1)

    /// A cloud of two servers, some of which it does not serve.
    private final class Cloud: PrepaidDriver {
        struct State {
            var expiry: [ResourceID: Timestamp] = [:]
            var stopped: Set<ResourceID> = []
            var out: Set<ResourceID> = []
            var attempts = 0
            var lastAttempt: [ResourceID: RenewalAttempt] = [:]
            var renewals: [PrepaidEvent.Kind] = []
        }

        let state = Mutex(State())
        let period: CalendarSpan?

        init(expiry: Timestamp, period: CalendarSpan?) {
            self.period = period
            state.withLock { $0.expiry = [server: expiry, other: expiry] }
        }

        func resources() async throws(DriverError) -> [PrepaidResource] {
            state.withLock { state in
                state.expiry.sorted { $0.key < $1.key }.map {
                    PrepaidResource(id: $0, expiry: $1, renewalPeriod: period)
                }
            }
        }

        func carryOut(_ event: PrepaidEvent, of resource: ResourceID) async -> ArrearsAnswer {
            state.withLock { state in
                if state.out.contains(resource) { return .retry }
                switch event.kind {
                case .policy(.act(.suspendAll), _): state.stopped.insert(resource)
                case .policy(.lifted(.suspendAll), _): state.stopped.remove(resource)
                case .renewed(_, let until):
                    state.expiry[resource] = until
                    state.renewals.append(event.kind)
                case .attemptRenewal(let attempt):
                    state.attempts += 1
                    state.lastAttempt[resource] = attempt
                default: break
                }
                return .done
            }
        }
    }

    private final class World: Sendable {
        let clock: SimulatedClock
        let cloud: Cloud
        let journal: KeptJournal

        init(_ simulation: Simulation, period: CalendarSpan?) {
            clock = simulation.clock
            cloud = Cloud(expiry: simulation.clock.wallTime.adding(.days(3), in: .shanghai), period: period)
            journal = KeptJournal(in: simulation)
        }

        func serve(_ body: @escaping @Sendable (PrepaidController) async throws -> Void) async throws {
            let controller = try await PrepaidController.open(
                driver: cloud,
                journal: journal.choice,
                clock: clock,
                seed: 1,
                logger: Fixture.logger
            )
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await controller.run() }
                try await pass(hours: 1)
                try await body(controller)
                group.cancelAll()
                try await group.waitForAll()
            }
        }

        func pass(hours: Int64) async throws { try await clock.sleep(nanoseconds: hours * hour) }
    }

    private static func simulate(
        period: CalendarSpan? = nil,
        _ body: @escaping @Sendable (World) async throws -> Void
    ) throws {
        let simulation = Simulation(seed: 1)
        try simulation.run { _ in try await body(World(simulation, period: period)) }
    }

    @Test func anOrderWithASecondChanceIsThereAgain() throws {
        try Self.simulate { world in
            try await world.serve { controller in
                for number in 1...2 as ClosedRange<UInt64> {
                    let refusal = try await controller.order(OrderID(number), of: Self.server, period: .months(1))
                    #expect(refusal == nil)
                    let failed = try await controller.orderPaid(
                        OrderID(number),
                        of: Self.server,
                        by: Self.payment,
                        succeeded: false
                    )
                    #expect(failed == .pending)
                }
            }
            try await world.pass(hours: 12)
            try await world.serve { controller in
                #expect(try await controller.order(OrderID(1), of: Self.server, period: .days(1)) == .orderExists)
                #expect(
                    try await controller.orderPaid(OrderID(1), of: Self.server, by: Self.payment, succeeded: true)
                        == .pending
                )
                try await world.pass(hours: 1)
                #expect(await controller.pendingEvents(of: Self.server) == [])
            }
            #expect(world.cloud.state.withLock { $0.renewals.count } == 1)
            try await world.serve { controller in
                try await world.pass(hours: 24)
                let late = try await controller.orderPaid(
                    OrderID(2),
                    of: Self.server,
                    by: Self.payment,
                    succeeded: true
                )
                #expect(late == .refused(.orderNotOpen), "the second chance has passed")
                let again = try await controller.orderPaid(
                    OrderID(1),
                    of: Self.server,
                    by: Self.payment,
                    succeeded: true
                )
                #expect(again == .pending, "as the first time, and nothing follows")
                #expect(await controller.pendingEvents(of: Self.server) == [])
                let second = IdempotencyKey(high: 1, low: 2)
                let double = try await controller.orderPaid(OrderID(1), of: Self.server, by: second, succeeded: true)
                #expect(double == .refused(.orderNotOpen), "paid twice")
            }
        }
    }

    @Test func whatWasPaidForIsCarriedOutByTheNextProcess() throws {
        try Self.simulate { world in
            try await world.serve { controller in
                try await world.pass(hours: 19 * 24)
                #expect(world.cloud.state.withLock { $0.stopped } == [Self.server, Self.other])
                world.cloud.state.withLock { $0.out = [Self.server] }
                _ = try await controller.order(OrderID(1), of: Self.server, period: .months(1))
                #expect(
                    try await controller.orderPaid(OrderID(1), of: Self.server, by: Self.payment, succeeded: true)
                        == .pending
                )
                try await world.pass(hours: 1)
                #expect(await controller.pendingEvents(of: Self.server).isEmpty == false)
            }
            world.cloud.state.withLock { $0.out = [] }
            try await world.serve { controller in
                try await world.pass(hours: 1)
                #expect(await controller.pendingEvents(of: Self.server) == [])
                #expect(await controller.life(of: Self.server)?.isSuspended == false)
            }
            #expect(world.cloud.state.withLock { $0.stopped } == [Self.other])
            #expect(world.cloud.state.withLock { $0.renewals.count } == 1)
        }
    }

    @Test func aResourceThatIsNotServedWaitsAlone() throws {
        try Self.simulate { world in
            world.cloud.state.withLock { $0.out = [Self.server] }
            try await world.serve { _ in
                try await world.pass(hours: 18 * 24)
                #expect(world.cloud.state.withLock { $0.stopped } == [Self.other], "within the hour of its stop")
                world.cloud.state.withLock { $0.out = [] }
                try await world.pass(hours: 24)
                #expect(world.cloud.state.withLock { $0.stopped } == [Self.server, Self.other])
            }
        }
    }

    @Test func anAttemptUnderWayIsAnsweredToTheNextProcess() throws {
        try Self.simulate(period: .months(1)) { world in
            try await world.serve { _ in try await world.pass(hours: 60) }
            #expect(world.cloud.state.withLock { $0.attempts } == 2, "one for each server")
            try await world.serve { controller in
                let attempt = try #require(world.cloud.state.withLock { $0.lastAttempt[Self.server] })
                let answer = try await controller.renewalAttempted(attempt, of: Self.server, succeeded: true)
                #expect(answer == .pending)
                try await world.pass(hours: 1)
            }
            try await world.serve { controller in
                let attempt = try #require(world.cloud.state.withLock { $0.lastAttempt[Self.server] })
                let again = try await controller.renewalAttempted(attempt, of: Self.server, succeeded: true)
                #expect(again == .pending, "told again after a restart")
                try await world.pass(hours: 1)
            }
            #expect(world.cloud.state.withLock { $0.renewals.count } == 1)
            #expect(world.cloud.state.withLock { $0.attempts } == 2)
        }
    }

    /// Whoever renews past the controller is right.
    @Test func theCloudKnowsBestWhenAResourceEnds() throws {
        try Self.simulate { world in
            try await world.serve { controller in
                _ = try await controller.order(OrderID(1), of: Self.server, period: .months(1))
            }
            let end = world.clock.wallTime.adding(.months(6), in: .shanghai)
            world.cloud.state.withLock { $0.expiry[Self.server] = end }
            try await world.serve { controller in
                #expect(await controller.life(of: Self.server)?.expiry == end)
                let paid = try await controller.orderPaid(
                    OrderID(1),
                    of: Self.server,
                    by: Self.payment,
                    succeeded: true
                )
                #expect(paid == .pending)
                #expect(await controller.life(of: Self.server)?.expiry == end.adding(.months(1), in: .shanghai))
            }
        }
    }
}
