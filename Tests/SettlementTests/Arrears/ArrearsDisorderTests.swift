import Foundation
import Settlement
import SettlementTestKit
import Testing

/// Notifications that come late, twice and in any order, a cloud that fails, services that end at any time.
@Suite struct ArrearsDisorderTests {
    private static let accounts: UInt64 = 6
    private static let hour: Int64 = 3_600_000_000_000

    /// Each account falls and recovers a few times; the last change is at least 3 days before the end of day 30.
    private static func history(_ simulation: Simulation) -> [ScriptedAccounts.Change] {
        let begin = simulation.clock.wallTime
        var changes: [ScriptedAccounts.Change] = []
        for account in 1...accounts {
            var hours: Int64 = 0
            for epoch in 1...UInt32(1 + simulation.random(below: 6)) {
                // An arrears of less than 15 days, so that what is released does not depend on the delays.
                hours += 1 + simulation.random(below: 100)
                let standing = Standing(state: epoch % 2 == 1 ? .arrears : .good, epoch: epoch)
                // Between two sweeps: a recovery at the very instant of one is dated by whichever tells of it first.
                let time = Timestamp(nanoseconds: begin.rawValue + hours * hour + hour / 2)
                changes.append(ScriptedAccounts.Change(account: AccountID(account), standing: standing, time: time))
            }
        }
        return changes
    }

    /// What policy and history say, with no service at all.
    private static func expected(
        _ changes: [ScriptedAccounts.Change],
        _ policy: ArrearsPolicy,
        until end: Timestamp
    ) -> [AccountID: ArrearsCase] {
        var cases: [AccountID: ArrearsCase] = [:]
        for change in changes {
            var arrears = cases[change.account] ?? ArrearsCase(policy: policy, at: change.time)
            let books = ScriptedAccounts.books(change.account, change.standing)
            let facts = ArrearsFacts(
                account: books.account,
                bills: books.bills,
                since: change.time,
                zone: policy.timeZone
            )
            _ = arrears.adopt(facts, at: change.time)
            cases[change.account] = arrears
        }
        for account in cases.keys { _ = cases[account]?.advance(to: end) }
        return cases
    }

    /// `SETTLEMENT_LONG_TESTS`: 10,000 seeds instead of 20, a part of them in each of 20 lanes.
    private static let seeds: UInt64 =
        ProcessInfo.processInfo.environment["SETTLEMENT_LONG_TESTS"] == nil ? 20 : 10_000

    private static func seeds(lane: UInt64) -> StrideTo<UInt64> { stride(from: lane, to: seeds, by: 20) }

    @Test(arguments: [ArrearsPolicy.aliyunECSChina, .aliyunCDNDomain, .tencent], 0..<20 as Range<UInt64>)
    func endsWhereOrderAndTimelinessEnd(_ policy: ArrearsPolicy, _ lane: UInt64) throws {
        for seed in Self.seeds(lane: lane) { try Self.endsAsExpected(policy, seed) }
    }

    private static func endsAsExpected(_ policy: ArrearsPolicy, _ seed: UInt64) throws {
        try ArrearsRig.simulate(seed: seed) { rig in
            let changes = history(rig.simulation)
            let source = ScriptedAccounts(changes, clock: rig.clock)
            let bus = NotificationBus()
            let history = ScriptedHistory()
            try await bus.open(heads: [0], history: history)
            let servers = (1...accounts).map { rig.product.add(account: AccountID($0)) }
            rig.product.failuresPerMille = 200
            let publishing = Publishing(bus: bus, history: history, rig: rig, changes: changes)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await publishing.run() }
                // Services come and go; the last one stays.
                for _ in 0..<4 {
                    let service = try rig.service(policy, source: source, bus: bus, sweepHours: 12)
                    try await rig.run(service) { try await rig.pass(hours: rig.simulation.random(below: 200)) }
                }
                try await group.waitForAll()
            }
            rig.product.failuresPerMille = 0
            let service = try rig.service(policy, source: source, bus: bus, sweepHours: 12)
            try await rig.run(service) {
                try await rig.pass(hours: 3)
                let expected = expected(changes, policy, until: rig.clock.wallTime)
                for (account, server) in zip(1...accounts, servers) {
                    let arrears = await service.arrears(of: AccountID(account))
                    let wanted = expected[AccountID(account)]
                    #expect((arrears?.restrictions ?? []) == wanted?.restrictions, "seed \(seed), account \(account)")
                    #expect((arrears?.finalActions ?? []) == wanted?.finalActions, "seed \(seed), account \(account)")
                    #expect(rig.product.resource(server).level == wanted?.level, "seed \(seed), account \(account)")
                }
            }
        }
    }

    /// The same world with and without services that end: the same orders, none twice.
    @Test(arguments: 0..<20 as Range<UInt64>) func aRestartedServiceGoesOnWhereItEnded(_ lane: UInt64) throws {
        for seed in Self.seeds(lane: lane) {
            let (one, five) = (try Self.orders(seed: seed, lives: 1), try Self.orders(seed: seed, lives: 5))
            #expect(one == five, "seed \(seed)")
        }
    }

    private static func orders(seed: UInt64, lives: Int) throws -> [[ArrearsOrder]] {
        let told = OrderBox()
        try ArrearsRig.simulate(seed: seed) { rig in
            let changes = Self.history(rig.simulation)
            let bus = NotificationBus()
            let history = ScriptedHistory()
            try await bus.open(heads: [0], history: history)
            let source = ScriptedAccounts(changes, clock: rig.clock)
            let publishing = Publishing(bus: bus, history: history, rig: rig, changes: changes, isOrderly: true)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await publishing.run() }
                for _ in 0..<lives {
                    let service = try rig.service(.aliyunECSChina, source: source, bus: bus, sweepHours: 12)
                    try await rig.run(service) { try await rig.pass(hours: Int64(1_000 / lives)) }
                }
                try await group.waitForAll()
            }
            let orders = rig.receiver.orders
            told.value = (1...accounts).map { number in orders.filter { $0.account == AccountID(number) } }
        }
        return told.value
    }
}

/// Publishes changes: in order when they happen, or late, in any order, some of them twice.
private struct Publishing: Sendable {
    let bus: NotificationBus
    let history: ScriptedHistory
    let rig: ArrearsRig
    let changes: [ScriptedAccounts.Change]
    var isOrderly = false

    func run() async throws {
        var deliveries: [(time: Int64, change: ScriptedAccounts.Change)] = []
        for change in changes {
            for _ in 0..<(isOrderly ? 1 : 1 + rig.simulation.random(below: 2)) {
                let delay = isOrderly ? 1 : rig.simulation.random(below: 48 * 3_600_000_000_000)
                deliveries.append((change.time.rawValue + delay, change))
            }
        }
        deliveries.sort { $0.time < $1.time }
        for (index, delivery) in deliveries.enumerated() {
            let wait = delivery.time - rig.clock.wallTime.rawValue
            if wait > 0 { try await rig.clock.sleep(nanoseconds: wait) }
            let notification = Notification(
                shard: 0,
                sequence: UInt64(index) + 1,
                account: delivery.change.account,
                standing: delivery.change.standing,
                regions: .all,
                time: delivery.change.time
            )
            history.append([notification])
            await bus.publish([notification], after: UInt64(index))
        }
    }
}

/// Carries a value out of a simulation, which is confined to one thread.
private final class OrderBox: @unchecked Sendable {
    var value: [[ArrearsOrder]] = []
}
