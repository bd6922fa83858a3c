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
        try await refill()
        return workload.recharges()
    }

    /// A bill for each that was paid.
    private func refill() async throws {
        let bills = isPrepared ? workload.bills() : []
        isPrepared = true
        _ = try await settle(bills, callers: 8)
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

    /// Each caller makes one command after the other and waits for each before the next.
    ///
    /// - Returns: bills written off.
    @concurrent
    nonisolated func settleSingly(_ plan: SinglePlan) async throws -> Int {
        try await withThrowingTaskGroup(of: Int.self) { group in
            for accounts in plan.callers {
                group.addTask {
                    var writtenOff = 0
                    for account in accounts {
                        let outcome = try await self.pool.submit(plan.recharge(of: account))
                        writtenOff += try Self.billsWrittenOff(.settled(outcome))
                    }
                    return writtenOff
                }
            }
            return try await group.reduce(0, +)
        }
    }

    /// Recharges by as many callers as a batch has commands; each pays one bill.
    func prepareSingly() async throws -> SinglePlan {
        try await refill()
        return workload.singleRecharges()
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
