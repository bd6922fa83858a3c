import Logging
import Settlement
import SettlementTestKit
import Testing

@Test(arguments: 1...20 as ClosedRange<UInt64>)
func `a server runs again after the payment`(seed: UInt64) throws {
    try Simulation(seed: seed).run { clock in
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let pool = try SettlementPool.open(journal: .memory, clock: clock, logger: logger)
        let region = SimulatedRegion(region: RegionID(1), clock: clock, seed: seed)
        region.behaviour.callFailure = 0.2
        region.behaviour.lostReply = 0.2
        let payer = AccountID(7)
        let server = region.add(account: payer)
        let controller = RegionController(
            driver: region,
            bus: pool.bus,
            standings: pool,
            clock: clock,
            seed: seed,
            logger: logger
        )
        try await withThrowingDiscardingTaskGroup { group in
            group.addTask { try await pool.run() }
            group.addTask { await controller.run() }
            try await pool.openAccount(payer, currency: .cny)
            let bill = Bill(
                id: BillID(1),
                month: Month(year: 2026, month: 8),
                product: ProductCode(1),
                region: RegionID(1),
                created: clock.wallTime,
                amount: Amount(minorUnits: 100)
            )
            try await pool.issue(bill, to: payer)
            try await clock.sleep(nanoseconds: 3_600_000_000_000)
            #expect(region.instance(server).state == .stopped)

            try await pool.recharge(Amount(minorUnits: 101), to: payer, key: IdempotencyKey(high: 0, low: 1))
            try await clock.sleep(nanoseconds: 3_600_000_000_000)
            #expect(region.instance(server).state == .running)
            group.cancelAll()
        }
    }
}
