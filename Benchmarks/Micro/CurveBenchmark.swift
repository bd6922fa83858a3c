internal import Foundation
internal import Settlement
internal import SettlementJournal

/// How the cost of a settlement grows with what the ledger holds, with a hot account, and with the number of shards.
///
/// The number of accounts scales all sizes; the last point of the first curve has ten times as many.
struct CurveBenchmark {
    /// One point of a curve, as it is written.
    private struct Point: Encodable {
        var curve: String
        var x: Int
        var nanoseconds: Double?
        var rate: Double?
        var accountBytes: Double?
        var billBytes: Double?
    }

    private let options: Options
    /// Settlements of one point at least.
    private var settlements: Int { options.accounts / 2 }

    init(_ options: Options) { self.options = options }

    /// Writes one JSON object a line; whatever was measured before a failure is there.
    func run(into path: String) async throws {
        let isCreated = FileManager.default.createFile(atPath: path, contents: nil)
        guard isCreated, let file = FileHandle(forWritingAtPath: path) else {
            throw BenchmarkFailure(description: "cannot write \(path)")
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        func write(_ point: Point) throws {
            try file.write(contentsOf: encoder.encode(point) + Data("\n".utf8))
        }
        let count = options.accounts
        for accounts in [count / 100, count / 10, count, 10 * count] {
            try write(await bare("accounts", x: accounts, accounts: accounts, bills: 1))
        }
        for bills in [1, 10, 1_000, 10_000] {
            try write(await bare("bills", x: bills, accounts: max(1, count / 2 / bills), bills: bills))
        }
        for isHot in [false, true] { try write(await hot(isHot)) }
        for shards in [1, 2, 4, 8, 16] { try write(await durable(shards: shards)) }
    }

    /// The bare ledger on one thread.
    private func bare(_ curve: String, x: Int, accounts: Int, bills: Int) async throws -> Point {
        let ledger = BareLedger(Workload(accounts: accounts, batch: options.batch), bills: bills)
        await ledger.populate()
        await ledger.apply(ledger.prepare())
        let sample = await measured {
            let plan = await ledger.prepare()
            return await Sample.measure { await ledger.apply(plan) }
        }
        let audit = await ledger.audit()
        guard audit.conserved else { throw BenchmarkFailure(description: "the audit found: \(audit.findings)") }
        let bytes = await ledger.bytes
        return Point(
            curve: curve,
            x: x,
            nanoseconds: sample.nanosecondsEach,
            rate: sample.rate,
            accountBytes: Double(bytes.accounts) / Double(accounts),
            billBytes: Double(bytes.bills) / Double(accounts * bills)
        )
    }

    /// Four shards and nothing on disk, half of the recharges to one account or none. 15,000 bills fit into one account.
    private func hot(_ isHot: Bool) async throws -> Point {
        let workload = Workload(accounts: min(15_000, options.accounts), batch: options.batch, isHot: isHot)
        let sample = try await pool(.memory, shards: 4, workload)
        return Point(curve: "hot", x: isHot ? 50 : 0, nanoseconds: sample.nanosecondsEach, rate: sample.rate)
    }

    private func durable(shards: Int) async throws -> Point {
        let workload = Workload(accounts: options.accounts / 5, batch: options.batch)
        let sample = try await options.withDirectory { directory in
            try await pool(.file(JournalConfiguration(directory: directory)), shards: shards, workload)
        }
        return Point(curve: "shards", x: shards, nanoseconds: sample.nanosecondsEach, rate: sample.rate)
    }

    private func pool(_ journal: JournalChoice, shards: Int, _ workload: Workload) async throws -> Sample {
        let load = PoolLoad(try Options.pool(journal, shards: shards), workload, bills: 1)
        try await load.populate()
        _ = try await load.settle(load.prepare(), callers: 8)
        let sample = try await measured {
            let plan = try await load.prepare()
            return try await Sample.measure { try await load.settle(plan, callers: 8) }
        }
        try await load.audit()
        try await load.pool.shutdown()
        return sample
    }

    /// Rounds until enough was settled.
    private func measured(_ round: () async throws -> Sample) async rethrows -> Sample {
        var total = Sample()
        while total.items < settlements { total = total + (try await round()) }
        return total
    }
}
