import Settlement
import SettlementTestKit
import Synchronization
import Testing

@Suite struct PrepaidControllerTests {
    /// A cloud with one server that expires on day 3, and a shop without money.
    private final class Cloud: PrepaidDriver {
        struct State {
            var isStopped = false
            var isReleased = false
            var mails = 0
            var attempts: [RenewalAttempt] = []
            var putOff = 0
            var expiry: Timestamp
            var period: CalendarSpan?
        }

        let state: Mutex<State>

        init(expiry: Timestamp, period: CalendarSpan? = nil) {
            state = Mutex(State(expiry: expiry, period: period))
        }

        func resources() async throws(DriverError) -> [PrepaidResource] {
            state.withLock { [PrepaidResource(id: ResourceID(1), expiry: $0.expiry, renewalPeriod: $0.period)] }
        }

        func carryOut(_ event: PrepaidEvent, of resource: ResourceID) async -> ArrearsAnswer {
            state.withLock { state in
                if state.putOff > 0 {
                    state.putOff -= 1
                    return .retry
                }
                switch event.kind {
                case .policy(.act(.suspendAll), _): state.isStopped = true
                case .policy(.lifted(.suspendAll), _): state.isStopped = false
                case .policy(.act(.release), _): state.isReleased = true
                case .renewed(_, let until): state.expiry = until
                case .attemptRenewal(let attempt): state.attempts.append(attempt)
                case .mailFailure: state.mails += 1
                default: break
                }
                return .done
            }
        }
    }

    private static let server = ResourceID(1)
    private static let payment = IdempotencyKey(high: 1, low: 1)
    private static let day: Int64 = 86_400_000_000_000

    private static func simulate(
        period: CalendarSpan? = nil,
        _ body: @escaping @Sendable (Cloud, PrepaidController, SimulatedClock) async throws -> Void
    ) throws {
        try Simulation(seed: 1).run { clock in
            let cloud = Cloud(expiry: clock.wallTime.adding(.days(3), in: .shanghai), period: period)
            let controller = PrepaidController(driver: cloud, clock: clock, seed: 1)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await controller.run() }
                try await body(cloud, controller, clock)
                group.cancelAll()
            }
        }
    }

    @Test func aPaidOrderBringsTheServerBackFromTheOldEnd() throws {
        try Self.simulate { cloud, controller, clock in
            cloud.state.withLock { $0.putOff = 3 }
            try await clock.sleep(nanoseconds: 17 * Self.day)
            #expect(!cloud.state.withLock { $0.isStopped })
            try await clock.sleep(nanoseconds: 2 * Self.day)
            #expect(cloud.state.withLock { $0.isStopped })
            let end = cloud.state.withLock { $0.expiry }
            #expect(try await controller.order(OrderID(1), of: Self.server, period: .months(1)) == nil)
            #expect(
                try await controller.orderPaid(OrderID(1), of: Self.server, by: Self.payment, succeeded: false)
                    == .pending
            )
            try await clock.sleep(nanoseconds: Self.day / 2)
            #expect(cloud.state.withLock { $0.isStopped })
            #expect(
                try await controller.orderPaid(OrderID(1), of: Self.server, by: Self.payment, succeeded: true)
                    == .pending
            )
            try await clock.sleep(nanoseconds: Self.day / 2)
            #expect(!cloud.state.withLock { $0.isStopped })
            #expect(cloud.state.withLock { $0.expiry } == end.adding(.months(1), in: .shanghai))
            let unknown = try await controller.orderPaid(OrderID(2), of: Self.server, by: Self.payment, succeeded: true)
            #expect(unknown == .refused(.orderNotOpen))
        }
    }

    @Test func anUnpaidServerIsReleasedAndARenewalComesTooLate() throws {
        try Self.simulate { cloud, controller, clock in
            try await clock.sleep(nanoseconds: 34 * Self.day)
            #expect(cloud.state.withLock { $0.isReleased })
            #expect(try await controller.order(OrderID(1), of: Self.server, period: .months(1)) == .released)
            #expect(try await controller.order(OrderID(1), of: ResourceID(9), period: .months(1)) == .released)
        }
    }

    @Test func attemptsAtRenewalAreAnsweredAndFailuresMailed() throws {
        try Self.simulate(period: .months(1)) { cloud, controller, clock in
            try await clock.sleep(nanoseconds: 3 * Self.day)
            let attempts = cloud.state.withLock { $0.attempts }
            #expect(attempts.count == 1)
            #expect(
                try await controller.renewalAttempted(attempts[0], of: Self.server, succeeded: false) == .pending
            )
            try await clock.sleep(nanoseconds: Self.day)
            #expect(cloud.state.withLock { $0.mails } == 1)
            let late = try await controller.renewalAttempted(attempts[0], of: Self.server, succeeded: true)
            #expect(late == .refused(.noAttempt), "it was told as failed: the money goes back")
        }
    }
}
