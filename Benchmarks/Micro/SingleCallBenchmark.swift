internal import Foundation
internal import Settlement
internal import SettlementJournal
internal import SettlementLoad

/// Single durable calls beside the bare wake-up of as many callers; with an observer that keeps every latency; and
/// how long a call takes when calls arrive by their own clock.
struct SingleCallBenchmark {
    private let options: Options
    private let plain: PoolLoad
    private let observed: PoolLoad
    private let wakeUps = WakeUps()
    private static let bills = 3

    init(_ options: Options, directories: (String, String)) throws {
        self.options = options
        func load(_ directory: String, _ observer: any PathObserver) throws -> PoolLoad {
            let journal = JournalChoice.file(JournalConfiguration(directory: directory))
            let workload = Workload(accounts: options.accounts, batch: options.batch)
            return PoolLoad(try Options.pool(journal, observer: observer), workload, bills: Self.bills)
        }
        plain = try load(directories.0, NoPathObserver())
        observed = try load(directories.1, LatencyRecorder(stageCount: 1))
    }

    /// What each contender took in each round.
    private struct Rounds {
        var wakeUps: [Sample] = []
        var plain: [Sample] = []
        var observed: [Sample] = []
    }

    /// Fills the table, and closes the journals.
    func run(into table: inout Table) async throws {
        for load in [plain, observed] { try await load.populate() }
        var warmUp = Rounds()
        try await measure(&warmUp)
        var rounds = Rounds()
        for _ in 0..<options.rounds { try await measure(&rounds) }
        report(rounds, into: &table)
        let paced = PacedCalls(pool: plain.pool)
        var latencies: [Int64] = []
        for _ in 0..<options.rounds {
            latencies += try await paced.run(Workload(accounts: options.accounts, batch: options.batch))
        }
        report(Quantiles(latencies), of: paced, into: &table)
        for load in [plain, observed] {
            try await load.audit()
            try await load.pool.shutdown()
        }
    }

    private func measure(_ rounds: inout Rounds) async throws {
        rounds.wakeUps.append(await measureWakeUps())
        rounds.plain.append(try await measure(plain))
        rounds.observed.append(try await measure(observed))
    }

    private func measureWakeUps() async -> Sample {
        let times = max(1, options.accounts / options.batch)
        return await Sample.measure { await wakeUps.run(callers: options.batch, times: times) }
    }

    private func measure(_ load: PoolLoad) async throws -> Sample {
        let plan = try await load.prepareSingly()
        return try await Sample.measure { try await load.settleSingly(plan) }
    }

    private func report(_ rounds: Rounds, into table: inout Table) {
        let ceiling = rounds.wakeUps.median.rate
        func add(_ what: String, _ samples: [Sample], _ bound: String, target: String = "", floor: String = "") {
            let row = Row.rate(what, samples.median, target: target, floor: floor, ceiling: ceiling, bound: bound)
            table.append(row)
        }
        let callers = "\(options.batch) callers"
        add("\(callers) woken, nothing else (the ceiling)", rounds.wakeUps, "the default executor")
        add("single calls, \(callers)", rounds.plain, "a wake-up each", target: "1.2 M/s", floor: "0.6 M/s")
        add("the same, every latency kept", rounds.observed, "recording", target: "0.95 × the row above")
    }

    private func report(_ settle: Quantiles, of paced: PacedCalls, into table: inout Table) {
        func milliseconds(_ quantile: Double) -> String {
            String(format: "%.2f", settle.microseconds(quantile) / 1_000)
        }
        let rate = Row.short(Double(paced.calls) / Double(paced.nanoseconds) * 1e9)
        table.append(
            Row(
                what: "settle p50 / p99, \(rate) single recharges/s open-loop",
                measured: "\(milliseconds(0.5)) / \(milliseconds(0.99)) ms",
                target: "≤ 0.5 / 2 ms",
                floor: "2 / 10 ms",
                bound: "the sync, the generator's timer; p99.9 \(milliseconds(0.999)) ms"
            )
        )
    }
}
