import Logging
import Settlement
import SettlementTestKit
import Testing

@Test(arguments: 1...20 as ClosedRange<UInt64>)
func `a server runs again after the payment`(seed: UInt64) throws {
    try Simulation(seed: seed).run { clock in
        let log = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let pool = try SettlementPool.open(journal: .memory, clock: clock, logger: log)
        let cloud = SimulatedRegion(region: RegionID(1), clock: clock, seed: seed)
        cloud.behaviour.lostReply = 0.3
        let payer = AccountID(7)
        let server = cloud.add(account: payer)
        let boss = RegionController(driver: cloud, bus: pool.bus, standings: pool, clock: clock, seed: 1, logger: log)
        try await withThrowingDiscardingTaskGroup { group in
            group.addTask { try await pool.run() }
            group.addTask { await boss.run() }
            try await pool.openAccount(payer, currency: .cny)
            let (now, july, debt) = (pool.now, Month(year: 2026, month: 7), Amount(minorUnits: 100))
            let bill = Bill(id: .init(1), month: july, product: .init(1), region: .init(1), created: now, amount: debt)
            try await pool.issue(bill, to: payer)
            try await clock.sleep(nanoseconds: 3_600_000_000_000)
            #expect(cloud.instance(server).state == .stopped)

            try await pool.recharge(Amount(minorUnits: 101), to: payer, key: IdempotencyKey(high: 0, low: 1))
            try await clock.sleep(nanoseconds: 3_600_000_000_000)
            #expect(cloud.instance(server).state == .running)
            group.cancelAll()
        }
    }
}
