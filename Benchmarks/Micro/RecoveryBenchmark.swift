internal import Settlement
internal import SettlementJournal

/// Opens a journal that was written by the pool: from its entries alone, then from snapshots of every shard.
struct RecoveryBenchmark {
    private let directory: String

    /// - Parameter directory: of a closed journal.
    init(directory: String) { self.directory = directory }

    func run(into table: inout Table) async throws {
        let report = try JournalInspector(directory: directory).report()
        let cells = report.segments.reduce(0) { $0 + $1.cells }
        let bytes = report.segments.reduce(0) { $0 + $1.usedBytes }
        table.append(
            Row(
                what: "journal bytes a settlement",
                measured: (2 * Double(bytes) / Double(cells)).formatted,
                target: "≤ 136",
                floor: "200",
                bound: "two entries of 64 bytes; frames and padding are the rest"
            )
        )
        let (entries, digest) = try await open(cells) { try await $0.snapshot() }
        let (snapshots, again) = try await open(cells) { _ in }
        guard digest == again else { throw BenchmarkFailure(description: "snapshots recover another state") }
        table.append(
            .rate(
                "recovery from entries",
                entries,
                target: "5 M/s",
                floor: "1 M/s",
                bound: "a thread a core folds some of the shards"
            )
        )
        table.append(
            .rate("recovery from snapshots, as entries", snapshots, bound: "reading accounts, bills and keys")
        )
    }

    /// Recovers a pool, lets `body` work with it, and closes it.
    private func open(
        _ cells: Int,
        _ body: (SettlementPool) async throws -> Void
    ) async throws -> (Sample, StateDigest) {
        var opened: SettlementPool?
        let sample = try await Sample.measure {
            opened = try Options.pool(.file(JournalConfiguration(directory: directory)))
            return cells
        }
        guard let pool = opened else { preconditionFailure("a pool that did not open threw nothing") }
        let audit = try await pool.audit()
        guard audit.conserved else { throw BenchmarkFailure(description: "the audit found: \(audit.findings)") }
        let digest = try await pool.digest()
        try await body(pool)
        try await pool.shutdown()
        return (sample, digest)
    }
}
