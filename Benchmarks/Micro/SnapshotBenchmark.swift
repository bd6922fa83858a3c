internal import Settlement
internal import SettlementJournal

/// What a snapshot of every account costs whoever pays meanwhile: the same load as long without one, before and behind it.
struct SnapshotBenchmark {
    private let options: Options
    private let directory: String
    private let pool: SettlementPool
    private let load: PoolLoad
    private let clock = SteppedClock(Workload.time)
    private let waits = QueueWaits()
    private var workload: Workload
    private static let bills = 3

    init(_ options: Options, directory: String) throws {
        self.options = options
        self.directory = directory
        workload = Workload(accounts: options.accounts, batch: options.batch)
        let journal = JournalChoice.file(JournalConfiguration(directory: directory))
        pool = try Options.pool(journal, clock: clock, observer: waits)
        load = PoolLoad(pool, workload, bills: 0)
    }

    /// Fills the table, and closes the journal.
    mutating func run(into table: inout Table) async throws {
        _ = try await load.settle(workload.openings(), callers: 8)
        for _ in 0..<Self.bills { _ = try await load.settle(workload.bills(), callers: 8) }
        _ = try await load.settle(workload.recharges(), callers: 8)
        _ = waits.take()
        let paced = PacedLoad(load: load, clock: clock)
        var quiet: [Quantiles] = []
        var busy: [Quantiles] = []
        var taken: [Sample] = []
        for _ in 0..<options.rounds {
            let sample = try await paced.run(workload) { [pool] in
                try await Sample.measure {
                    try await pool.snapshot()
                    return 1
                }
            }
            busy.append(waits.take())
            taken.append(sample)
            try await paced.run(workload) { [clock] in
                try await clock.sleep(untilMonotonic: clock.monotonicNanoseconds + sample.wall)
            }
            quiet.append(waits.take())
        }
        try await load.audit()
        try await pool.shutdown()
        report(quiet: quiet, busy: busy, snapshot: taken.median, into: &table)
    }

    private func report(quiet: [Quantiles], busy: [Quantiles], snapshot: Sample, into table: inout Table) {
        func median(_ quantiles: [Quantiles]) -> Double {
            quantiles.map { $0.microseconds(0.99) / 1_000 }.sorted()[quantiles.count / 2]
        }
        let accounts = Row.short(Double(options.accounts))
        table.append(
            Row(
                what: "snapshot of \(accounts) accounts",
                measured: "\((Double(snapshot.wall) / 1e6).formatted) ms",
                bound: "\(snapshot.cores.formatted) cores with the load beside it"
            )
        )
        table.append(
            Row(
                what: "queue_wait p99 it adds",
                measured: "\((median(busy) - median(quiet)).formatted) ms",
                target: "≤ 5 ms",
                floor: "5 ms",
                bound: "\(median(quiet).formatted) ms without, \(median(busy).formatted) ms with"
            )
        )
    }
}
