internal import Settlement

/// One ledger on one thread and nothing beside it: small runs of it are for counting instructions.
struct LedgerBenchmark {
    private let options: Options
    private static let bills = 3

    init(_ options: Options) { self.options = options }

    func run(into table: inout Table) async throws {
        let workload = Workload(accounts: options.accounts, batch: options.batch)
        let ledger = BareLedger(workload, bills: Self.bills)
        await ledger.populate()
        var samples: [Sample] = []
        for _ in 0..<options.rounds {
            let plan = await ledger.prepare()
            samples.append(await Sample.measure { await ledger.settle(plan) })
        }
        let audit = await ledger.audit()
        guard audit.conserved else { throw BenchmarkFailure(description: "the audit found: \(audit.findings)") }
        let each = "\(samples.median.nanosecondsEach.formatted) ns"
        table.append(Row(what: "ledger apply alone", measured: each, target: "≤ 60 ns", floor: "180 ns"))
    }
}
