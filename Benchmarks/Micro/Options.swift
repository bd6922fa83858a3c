internal import ArgumentParser
internal import Foundation
internal import Logging
internal import Settlement
internal import SettlementJournal

/// What to measure and how large.
struct Options: ParsableArguments {
    /// A part of the table.
    enum Part: String, CaseIterable, ExpressibleByArgument {
        /// The bare ledger and the pool: batches, single calls, journal bytes, recovery, memory.
        case settlements
        /// The bare ledger on one thread only; no part of the whole table, which has it beside the others.
        case ledger
        /// Single calls: beside the bare wake-up, with an observer, and open-loop.
        case single
        case monthEnd = "month-end"
        case snapshot
        case bus
        case journal
    }

    @Option(help: "Accounts; each has three open bills.")
    var accounts = 1_000_000

    @Option(help: "Commands of a batch, and concurrent callers of single commands.")
    var batch = 4_096

    @Option(help: "Measured rounds after one that warms up; the medians are printed.")
    var rounds = 5

    @Option(help: "Only this part; may be repeated.")
    var only: [Part] = []

    @Option(help: "Instead of the table: how cost grows, one JSON object a line, into this file. Scaled by --accounts.")
    var curves: String?

    @Option(help: "Where journals are written, for the time of the run.")
    var directory = FileManager.default.temporaryDirectory.path

    mutating func validate() throws {
        guard accounts >= 1_000, batch >= 1, rounds >= 1 else {
            throw ValidationError("expected at least 1000 accounts, batches of at least 1 and at least 1 round")
        }
    }

    func measures(_ part: Part) -> Bool { only.isEmpty || only.contains(part) }

    /// Runs `body` with a directory of its own, which is removed afterwards.
    func withDirectory<Value>(_ body: (String) async throws -> Value) async throws -> Value {
        let path = directory + "/settlement-benchmark-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: path) }
        return try await body(path)
    }

    static let logger = Logger(label: "benchmarks") { _ in SwiftLogNoOpLogHandler() }

    /// A pool with the defaults of a server, of four shards unless said.
    static func pool(
        _ journal: JournalChoice,
        shards: Int = 4,
        clock: any SettlementClock = SteppedClock(Workload.time),
        observer: any PathObserver = NoPathObserver()
    ) throws -> SettlementPool {
        var configuration = PoolConfiguration()
        configuration.shardCount = shards
        return try SettlementPool.open(
            configuration,
            journal: journal,
            clock: clock,
            observer: observer,
            logger: logger
        )
    }
}
