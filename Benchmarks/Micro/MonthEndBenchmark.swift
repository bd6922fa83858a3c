internal import Settlement
internal import SettlementJournal

/// A month end over every account while customers go on paying.
struct MonthEndBenchmark {
    private let options: Options
    private let pool: SettlementPool
    private let load: PoolLoad
    private let clock = SteppedClock(Workload.time)
    private let waits = QueueWaits()
    private var workload: Workload
    private static let bills = 3
    private static let month = Workload.month.next

    init(_ options: Options, directory: String) throws {
        self.options = options
        workload = Workload(accounts: options.accounts, batch: options.batch)
        let journal = JournalChoice.file(JournalConfiguration(directory: directory))
        pool = try Options.pool(journal, clock: clock, observer: waits)
        load = PoolLoad(pool, workload, bills: 0)
    }

    /// Fills the table, and closes the journal.
    mutating func run(into table: inout Table) async throws {
        try await populate()
        _ = waits.take()
        clock.set(Self.month.next.start().advanced(days: 1))
        let closing = try await PacedLoad(load: load, clock: clock).run(workload) { [pool] in
            try await Sample.measure { try await MonthEnd(of: Self.month, in: pool).run().billsWrittenOff }
        }
        let quantiles = waits.take()
        guard closing.items == Self.bills * options.accounts else {
            throw BenchmarkFailure(description: "the month end wrote off \(closing.items) bills")
        }
        try await load.audit()
        try await pool.shutdown()
        report(closing, quantiles, into: &table)
    }

    /// Every account has frozen bills of the month and the funds to pay them.
    private mutating func populate() async throws {
        _ = try await load.settle(workload.openings(), callers: 8)
        let funds = Amount(minorUnits: Workload.amount.minorUnits * Int64(Self.bills))
        _ = try await load.settle(workload.recharges(funds), callers: 8)
        for _ in 0..<Self.bills { _ = try await load.settle(workload.bills(month: Self.month), callers: 8) }
    }

    private func report(_ closing: Sample, _ waits: Quantiles, into table: inout Table) {
        let scale = Double(options.accounts) / 1e6
        let arrived = Double(waits.count) / Double(closing.wall) * 1e9
        table.append(
            Row(
                what: "month end, \(Row.short(Double(closing.items))) bills",
                measured: "\((Double(closing.wall) / 1e6).formatted) ms",
                target: "≤ \((1_000 * scale).formatted) ms",
                floor: "\((5_000 * scale).formatted) ms",
                bound: "\(closing.cores.formatted) cores; \(Row.short(closing.rate)) write-offs/s"
            )
        )
        table.append(
            Row(
                what: "queue_wait p99 beside it, \(Row.short(arrived)) recharges/s",
                measured: "\((waits.microseconds(0.99) / 1_000).formatted) ms",
                target: "≤ 1 ms",
                floor: "5 ms",
                bound: "bulk chunks in flight; p50 \(waits.microseconds(0.5).formatted) µs"
            )
        )
    }
}
