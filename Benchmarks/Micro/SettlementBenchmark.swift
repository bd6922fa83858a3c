internal import Settlement
internal import SettlementJournal

/// Settlements by the bare ledger and by the pool, taken in turn so that a noisy minute meets all of them.
struct SettlementBenchmark {
    private let options: Options
    private let small: BareLedger
    private let whole: BareLedger
    private let halves: [BareLedger]
    private let unsynced: PoolLoad
    private let durable: PoolLoad
    private static let bills = 3
    private static let smallAccounts = 10_000

    init(_ options: Options, directory: String) throws {
        func workload(_ accounts: Int, first: UInt64 = 1) -> Workload {
            Workload(first: first, accounts: accounts, batch: options.batch)
        }
        let (count, half) = (options.accounts, options.accounts / 2)
        self.options = options
        small = BareLedger(workload(min(count, Self.smallAccounts)), bills: Self.bills)
        whole = BareLedger(workload(count), bills: Self.bills)
        halves = [0, 1].map { BareLedger(workload(half, first: UInt64($0 * half + 1)), bills: Self.bills, shards: 2) }
        unsynced = PoolLoad(try Options.pool(.memory), workload(count), bills: Self.bills)
        let journal = JournalChoice.file(JournalConfiguration(directory: directory))
        durable = PoolLoad(try Options.pool(journal), workload(count), bills: Self.bills)
    }

    /// What each contender took in each round.
    private struct Rounds {
        var small: [Sample] = []
        var whole: [Sample] = []
        var keyless: [Sample] = []
        var halves: [Sample] = []
        var unsynced: [Sample] = []
        var durable: [Sample] = []
        var single: [Sample] = []
    }

    /// Fills the table, and leaves a closed journal behind.
    func run(into table: inout Table) async throws {
        for ledger in [small, whole] + halves { await ledger.populate() }
        for load in [unsynced, durable] { try await load.populate() }
        // Counting costs time, so it is done once in front of the rounds.
        let batchPlan = try await durable.prepare()
        let batched = try await allocationsEach { try await durable.settle(batchPlan, callers: 8) }
        let singlePlan = try await durable.prepareSingly()
        let single = try await allocationsEach { try await durable.settleSingly(singlePlan) }
        var warmUp = Rounds()
        try await measure(&warmUp)
        var rounds = Rounds()
        for _ in 0..<options.rounds { try await measure(&rounds) }
        try await audit()
        reportLedger(rounds, into: &table)
        reportPool(rounds, into: &table)
        table.append(Row(what: "heap blocks a settlement, batched", measured: batched.formatted, target: "0"))
        table.append(Row(what: "heap blocks a settlement, single", measured: single.formatted, target: "≤ 2"))
        await reportMemory(into: &table)
        try await durable.pool.shutdown()
    }

    private func measure(_ rounds: inout Rounds) async throws {
        rounds.small.append(await measureSmall())
        let plan = await whole.prepare()
        rounds.whole.append(await check(plan) { await whole.apply(plan) })
        let keylessPlan = await whole.prepare(withKeys: false)
        rounds.keyless.append(await check(keylessPlan) { await whole.apply(keylessPlan) })
        let plans = (await halves[0].prepare(), await halves[1].prepare())
        let both = plans.0 + plans.1
        rounds.halves.append(
            await check(both) {
                async let left = halves[0].apply(plans.0)
                async let right = halves[1].apply(plans.1)
                return await left + right
            }
        )
        let unsyncedPlan = try await unsynced.prepare()
        rounds.unsynced.append(try await check(unsyncedPlan) { try await unsynced.settle(unsyncedPlan, callers: 8) })
        let durablePlan = try await durable.prepare()
        rounds.durable.append(try await check(durablePlan) { try await durable.settle(durablePlan, callers: 8) })
        let singlePlan = try await durable.prepareSingly()
        rounds.single.append(try await check(singlePlan.count) { try await durable.settleSingly(singlePlan) })
    }

    /// Few accounts are settled again and again until as much was done as with many.
    private func measureSmall() async -> Sample {
        var total = Sample()
        while total.items < options.accounts {
            let plan = await small.prepare()
            total = total + (await check(plan) { await small.apply(plan) })
        }
        return total
    }

    /// Every command of the plan must have paid its bill.
    private func check(_ plan: [[Command]], _ body: () async throws -> Int) async rethrows -> Sample {
        try await check(plan.reduce(0) { $0 + $1.count }, body)
    }

    private func check(_ expected: Int, _ body: () async throws -> Int) async rethrows -> Sample {
        let sample = try await Sample.measure(body)
        precondition(sample.items == expected, "\(sample.items) bills were written off, expected \(expected)")
        return sample
    }

    private func audit() async throws {
        for ledger in [small, whole] + halves {
            let audit = await ledger.audit()
            guard audit.conserved else { throw BenchmarkFailure(description: "the audit found: \(audit.findings)") }
        }
        for load in [unsynced, durable] { try await load.audit() }
    }

    private func reportLedger(_ rounds: Rounds, into table: inout Table) {
        let (small, whole, keyless) = (rounds.small.median, rounds.whole.median, rounds.keyless.median)
        let accounts = Row.short(Double(options.accounts))
        func add(_ what: String, _ sample: Sample, _ target: String, _ floor: String, _ bound: String) {
            let measured = "\(sample.nanosecondsEach.formatted) ns"
            let bound = "\(bound); \(sample.cpuNanosecondsEach.formatted) ns CPU each"
            table.append(Row(what: what, measured: measured, target: target, floor: floor, bound: bound))
        }
        let growth = (whole.nanosecondsEach / small.nanosecondsEach).formatted
        add("ledger apply, \(accounts) accounts", whole, "≤ 60 ns", "180 ns", "memory: \(growth) × 10 k accounts")
        add("ledger apply, 10 k accounts", small, "", "", "the table of remembered keys")
        add("ledger apply, \(accounts) accounts, no keys", keyless, "", "", "accounts and bills")
    }

    private func reportPool(_ rounds: Rounds, into table: inout Table) {
        let bare = rounds.halves.median
        func add(_ what: String, _ samples: [Sample], _ target: String, _ floor: String, _ bound: String) {
            let median = samples.median
            table.append(.rate(what, median, target: target, floor: floor, ceiling: bare.rate, bound: bound))
        }
        add("bare ledgers, two threads (the ceiling)", rounds.halves, "", "", "memory")
        add("batched, nothing on disk", rounds.unsynced, "", "", "CPU")
        add("batched, durable", rounds.durable, "5 M/s, 0.6 ×", "1.2 M/s", "CPU, sync")
        let callers = "single calls, \(options.batch) callers, durable"
        add(callers, rounds.single, "1.2 M/s", "0.6 M/s", "a wake-up each")
    }

    private func reportMemory(into table: inout Table) async {
        let bytes = await whole.bytes
        func add(_ what: String, _ bytes: Int, _ count: Int, _ target: String, _ floor: String) {
            let each = (Double(bytes) / Double(count)).formatted
            let bound = "record, index, room to grow"
            table.append(Row(what: what, measured: each, target: target, floor: floor, bound: bound))
        }
        add("bytes an account", bytes.accounts, options.accounts, "≤ 96", "200")
        add("bytes an open bill", bytes.bills, Self.bills * options.accounts, "≤ 48", "100")
    }
}

extension Double {
    /// With one decimal.
    var formatted: String { "\((self * 10).rounded() / 10)" }
}
