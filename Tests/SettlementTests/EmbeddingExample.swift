import Logging
import ServiceLifecycle
import Settlement
import SettlementTestKit

/// The example of the article *Embedding*, word for word between the two lines of dashes.
func embeddingExample(directory: String) async throws -> Standing {
    // ---8<---
    let logger = Logger(label: "billing")
    let clock = SystemClock()
    let pool = try SettlementPool.open(journal: .file(JournalConfiguration(directory: directory)), logger: logger)

    // Two regions of a simulated cloud; your service brings an InstanceDriver of its own.
    let shanghai = SimulatedRegion(region: RegionID(0), clock: clock, seed: 1)
    let frankfurt = SimulatedRegion(region: RegionID(1), clock: clock, seed: 2)
    let controllers = [shanghai, frankfurt].map {
        RegionController(driver: $0, bus: pool.bus, standings: pool, seed: 3, logger: logger)
    }
    let services = ServiceGroup(services: [pool] + controllers, logger: logger)

    return try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await services.run() }

        // A customer owes 120.00 for an earlier month; the instance was stopped for it.
        let customer = AccountID(4711)
        let instance = frankfurt.addSuspended(account: customer, epoch: 1)
        try await pool.openAccount(customer, currency: .cny)
        let bill = Bill(
            id: BillID(1),
            month: Month(containing: pool.now).previous,
            product: ProductCode(1),
            region: frankfurt.region,
            created: pool.now,
            amount: Amount(minorUnits: 12_000)
        )
        try await pool.issue(bill, to: customer)

        // The customer pays: the bill is written off, the region is told, the instance starts.
        let key = IdempotencyKey(high: 0, low: 1)
        let paid = try await pool.recharge(Amount(minorUnits: 20_000), to: customer, key: key)
        while frankfurt.instance(instance).state != .running { try await clock.sleep(nanoseconds: 1_000_000) }

        await services.triggerGracefulShutdown()
        return paid.standing
    }
    // ---8<---
}
