internal import Settlement
internal import SettlementJournal
internal import SettlementLedger

/// The journal alone: four shards append at once, then one shard waits for each of its syncs.
struct JournalBenchmark {
    private let options: Options
    private static let shards = 4
    /// Two entries of a settlement for each of a batch's commands in one shard.
    private let stageBytes: Int

    init(_ options: Options) {
        self.options = options
        stageBytes = max(1, options.batch / Self.shards) * 2 * Entry.byteCount
    }

    func run(into table: inout Table) async throws {
        var samples: [Sample] = []
        var waits: [Int64] = []
        for _ in 0..<options.rounds {
            try await options.withDirectory { directory in
                let configuration = JournalConfiguration(directory: directory, shardCount: Self.shards)
                let journal = try FileJournal.open(configuration, logger: Options.logger) { _, _ in }
                samples.append(try await Sample.measure { try await append(to: journal) })
                waits += try await waitForSyncs(of: journal)
                try await journal.close()
            }
        }
        report(samples.median, Quantiles(waits), into: &table)
    }

    /// - Returns: entries made durable.
    private func append(to journal: FileJournal) async throws -> Int {
        let cells = [UInt8](repeating: 1, count: stageBytes)
        let entries = UInt64(stageBytes / Entry.byteCount)
        let stages = 2 * options.accounts / Int(entries) / Self.shards
        try await withThrowingTaskGroup(of: Void.self) { group in
            for shard in 0..<Self.shards {
                group.addTask {
                    for stage in 0..<UInt64(stages) {
                        let ticket = try journal.stage(cells.span.bytes, shard: shard, after: stage * entries)
                        try await journal.durable(ticket)
                    }
                }
            }
            try await group.waitForAll()
        }
        return Self.shards * stages * Int(entries)
    }

    /// Nanoseconds from the staging of one settlement to its being durable, nothing else going on.
    @concurrent
    private func waitForSyncs(of journal: FileJournal) async throws -> [Int64] {
        let cells = [UInt8](repeating: 1, count: 2 * Entry.byteCount)
        let clock = SystemClock()
        var waits: [Int64] = []
        for _ in 0..<200 {
            let started = clock.monotonicNanoseconds
            let ticket = try journal.stage(cells.span.bytes, shard: 0, after: journal.stagedSequence(shard: 0))
            try await journal.durable(ticket)
            waits.append(clock.monotonicNanoseconds - started)
        }
        return waits
    }

    private func report(_ appended: Sample, _ waits: Quantiles, into table: inout Table) {
        let gigabytes = appended.rate * Double(Entry.byteCount) / 1e9
        table.append(
            .rate("journal append, entries", appended, bound: "sync of the disk at \(gigabytes.formatted) GB/s")
        )
        table.append(
            Row(
                what: "one settlement durable, idle, p50",
                measured: "\(waits.microseconds(0.5).formatted) µs",
                bound: "sync and two thread hand-overs; p99 \(waits.microseconds(0.99).formatted) µs"
            )
        )
    }
}
