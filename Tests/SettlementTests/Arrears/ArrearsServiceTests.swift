import Settlement
import SettlementTestKit
import Testing

/// The whole way: a pool, its bus, a policy, a receiver and a product.
@Suite struct ArrearsServiceTests {
    private static let account = AccountID(1)

    /// Runs `body` with an account in a pool, and a policy that is carried out on it.
    private static func simulate(
        _ policy: ArrearsPolicy,
        _ body: @escaping @Sendable (ArrearsRig, SettlementPool, ArrearsService) async throws -> Void
    ) throws {
        try ArrearsRig.simulate { rig in
            let pool = try SettlementPool.open(
                journal: .memory,
                clock: rig.clock,
                observer: NoPathObserver(),
                logger: Fixture.logger
            )
            let service = try rig.service(policy, source: pool, bus: pool.bus)
            try await rig.run(service) {
                try await pool.openAccount(account, currency: .cny)
                try await body(rig, pool, service)
            }
        }
    }

    /// A month that is over at the simulation's time.
    private static func bill(_ id: UInt64, cents: Int64, at time: Timestamp) -> Bill {
        Fixture.bill(id, of: Month(containing: time, offsetMinutes: 480).previous, cents: cents)
    }

    @Test func stopsAtOnceBringsBackAndReleases() throws {
        try Self.simulate(.aliyunECSChina) { rig, pool, service in
            let server = rig.product.add(account: Self.account)
            let fell = pool.now
            try await pool.issue(Self.bill(1, cents: 50, at: fell), to: Self.account)
            try await rig.pass(hours: 1)
            #expect(rig.product.isRunning(server) == false)
            #expect(
                rig.receiver.events
                    == [.blockPurchases, .suspendAll, .remind].map {
                        ArrearsEvent(time: fell, stage: "stopped", .act($0))
                    }
            )
            let paid = pool.now
            try await pool.recharge(Amount(minorUnits: 60), to: Self.account, key: Fixture.key(1))
            try await rig.pass(hours: 1)
            #expect(rig.product.isRunning(server) == true)
            #expect(
                rig.receiver.events.suffix(3) == [
                    ArrearsEvent(time: paid, stage: "stopped", .lifted(.suspendAll)),
                    ArrearsEvent(time: paid, stage: "stopped", .lifted(.blockPurchases)),
                    ArrearsEvent(time: paid, .cleared),
                ]
            )
            #expect(await service.caseCount == 0)
            let again = pool.now
            try await pool.issue(Self.bill(2, cents: 50, at: again), to: Self.account)
            try await rig.pass(hours: 15 * 24 + 1)
            #expect(rig.product.resource(server).level == .released)
            let release = again.adding(.days(15), in: .shanghai)
            #expect(rig.receiver.events.last == ArrearsEvent(time: release, stage: "released", .act(.release)))
        }
    }

    /// Nothing but time passes between the bill and the stages; the bill that is paid in part does not move the case on.
    @Test func countsFromTheEarliestBillThatIsOpen() throws {
        try Self.simulate(.aliyunEIP) { rig, pool, _ in
            let address = rig.product.add(.address(bandwidth: 5_000_000), account: Self.account)
            var first = Self.bill(1, cents: 50, at: pool.now)
            first.created = pool.now
            try await pool.issue(first, to: Self.account)
            try await rig.pass(hours: 10 * 24)
            var second = Self.bill(2, cents: 50, at: pool.now)
            second.created = pool.now
            try await pool.issue(second, to: Self.account)
            try await pool.recharge(Amount(minorUnits: 50), to: Self.account, key: Fixture.key(1))
            // 16 days after the first bill, which is paid, and 6 after the second.
            try await rig.pass(hours: 6 * 24)
            #expect(rig.product.bandwidth(address) == 5_000_000 && rig.receiver.orders.isEmpty)
            try await rig.pass(hours: 9 * 24 + 1)
            #expect(rig.product.bandwidth(address) == 1_000)
            #expect(rig.receiver.events.map(\.time) == [second.created.adding(.days(15), in: .shanghai)])
            try await pool.recharge(Amount(minorUnits: 60), to: Self.account, key: Fixture.key(2))
            try await rig.pass(hours: 1)
            #expect(rig.product.bandwidth(address) == 5_000_000)
        }
    }

    @Test func remindsOnceADayWhileADeferralCovers() throws {
        try Self.simulate(.aliyunECSChina) { rig, pool, _ in
            let server = rig.product.add(account: Self.account)
            try await pool.setDeferral(Deferral(quota: Amount(minorUnits: 100)), of: Self.account)
            try await pool.issue(Self.bill(1, cents: 80, at: pool.now), to: Self.account)
            try await rig.pass(hours: 3 * 24 - 1)
            #expect(rig.receiver.events.map(\.kind) == Array(repeating: .act(.remind), count: 3))
            #expect(rig.product.isRunning(server) == true)
            // One bill more is over the quota: it is no cap on debt, and the stop is at once.
            try await pool.issue(Self.bill(2, cents: 5_000, at: pool.now), to: Self.account)
            try await rig.pass(hours: 1)
            #expect(rig.product.isRunning(server) == false)
        }
    }

    @Test func aDomainComesBackByItselfUnlessSomethingElseKeepsIt() throws {
        try Self.simulate(.aliyunCDNDomain) { rig, pool, _ in
            let plain = rig.product.add(.domain(AcceleratedDomain(includesMainland: false)), account: Self.account)
            let banned = rig.product.add(.domain(AcceleratedDomain(includesMainland: false)), account: Self.account)
            #expect(rig.product.resolution(plain) == .edge)
            try await pool.issue(Self.bill(1, cents: 50, at: pool.now), to: Self.account)
            try await rig.pass(hours: 1)
            #expect(rig.product.resolution(plain) == .offlinePage)
            #expect(rig.product.take(.violationFound, by: banned) == nil)
            try await pool.recharge(Amount(minorUnits: 60), to: Self.account, key: Fixture.key(1))
            try await rig.pass(hours: 1)
            #expect(rig.product.resolution(plain) == .edge && rig.product.resolution(banned) == .nothing)
        }
    }

    @Test func nothingIsReleasedForWhoPaysWhileTheCloudDoesNotAnswer() throws {
        try Self.simulate(.aliyunECSChina) { rig, pool, service in
            let server = rig.product.add(account: Self.account)
            try await pool.issue(Self.bill(1, cents: 50, at: pool.now), to: Self.account)
            try await rig.pass(hours: 15 * 24 - 1)
            rig.product.isOut = true
            try await rig.pass(hours: 5)
            #expect(await service.waitingOrders(of: Self.account).contains { $0.event.kind == .act(.release) })
            try await pool.recharge(Amount(minorUnits: 60), to: Self.account, key: Fixture.key(1))
            rig.product.isOut = false
            try await rig.pass(hours: 1)
            #expect(rig.product.isRunning(server) == true)
            #expect(await service.waitingOrders(of: Self.account).isEmpty)
        }
    }

    /// The release waited for the cloud when the bill from which its time was counted was paid; another is open.
    @Test func nothingIsReleasedForWhoPaysTheBillFromWhichItWasCounted() throws {
        try Self.simulate(.aliyunEIP) { rig, pool, service in
            let address = rig.product.add(.address(bandwidth: 5_000_000), account: Self.account)
            var first = Self.bill(1, cents: 50, at: pool.now)
            first.created = pool.now
            try await pool.issue(first, to: Self.account)
            try await rig.pass(hours: 20 * 24)
            var second = Self.bill(2, cents: 50, at: pool.now)
            second.created = pool.now
            try await pool.issue(second, to: Self.account)
            try await rig.pass(hours: 10 * 24 - 1)
            rig.product.isOut = true
            try await rig.pass(hours: 2)
            #expect(await service.waitingOrders(of: Self.account).contains { $0.event.kind == .act(.release) })
            try await pool.recharge(Amount(minorUnits: 50), to: Self.account, key: Fixture.key(1))
            rig.product.isOut = false
            try await rig.pass(hours: 24)
            #expect(await service.waitingOrders(of: Self.account).isEmpty)
            #expect(rig.product.bandwidth(address) == 1_000, "slow, and there")
            try await rig.pass(hours: 20 * 24)
            let released = rig.receiver.events.filter { $0.kind == .act(.release) }.map(\.time)
            #expect(released == [second.created.adding(.days(30), in: .shanghai)])
        }
    }
}
