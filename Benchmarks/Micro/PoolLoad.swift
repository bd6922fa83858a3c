internal import Settlement
internal import SettlementJournal

/// What went wrong in a measured run, which makes its figures worthless.
struct BenchmarkFailure: Error, CustomStringConvertible {
    var description: String
}

/// A pool with accounts and bills, and concurrent callers who settle.
actor PoolLoad {
    nonisolated let pool: SettlementPool
    private let bills: Int
    private var workload: Workload
    private var isPrepared = false

    init(_ pool: SettlementPool, _ workload: Workload, bills: Int) {
        self.pool = pool
        self.bills = bills
        self.workload = workload
    }

    /// Opens the accounts and issues their bills.
    func populate() async throws {
        _ = try await settle(workload.openings(), callers: 8)
        for _ in 0..<bills { _ = try await settle(workload.bills(), callers: 8) }
    }

    /// Recharges that each pay one bill; every account has as many bills as at first.
    func prepare() async throws -> [[Command]] {
        let refill = isPrepared ? workload.bills() : []
        isPrepared = true
        let recharges = workload.recharges()
        _ = try await settle(refill, callers: 8)
        return recharges
    }

    /// Each caller submits a batch and waits for it before the next.
    ///
    /// - Returns: bills written off.
    @concurrent
    nonisolated func settle(_ batches: [[Command]], callers: Int) async throws -> Int {
        try await withThrowingTaskGroup(of: Int.self) { group in
            for caller in 0..<callers {
                group.addTask {
                    var writtenOff = 0
                    for place in stride(from: caller, to: batches.count, by: callers) {
                        for submission in await self.pool.submit(batches[place]) {
                            writtenOff += try Self.billsWrittenOff(submission)
                        }
                    }
                    return writtenOff
                }
            }
            return try await group.reduce(0, +)
        }
    }

    /// As many callers as a batch has commands; each submits a single command and waits for it before the next.
    ///
    /// - Returns: bills written off.
    @concurrent
    nonisolated func settleSingly(_ batches: [[Command]]) async throws -> Int {
        try await withThrowingTaskGroup(of: Int.self) { group in
            for caller in 0..<(batches.first?.count ?? 0) {
                group.addTask {
                    var writtenOff = 0
                    for batch in batches where caller < batch.count {
                        let outcome = try await self.pool.submit(batch[caller])
                        writtenOff += try Self.billsWrittenOff(.settled(outcome))
                    }
                    return writtenOff
                }
            }
            return try await group.reduce(0, +)
        }
    }

    /// Proves that not one unit is missing.
    nonisolated func audit() async throws {
        let audit = try await pool.audit()
        guard audit.conserved else { throw BenchmarkFailure(description: "the audit found: \(audit.findings)") }
    }

    private static func billsWrittenOff(_ submission: Submission) throws -> Int {
        switch submission {
        case .failed(let error): throw error
        case .settled(let outcome):
            if let refusal = outcome.refusal {
                throw BenchmarkFailure(description: "a command was refused: \(refusal)")
            }
            return Int(outcome.billsWrittenOff)
        }
    }
}
