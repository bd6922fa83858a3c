internal import Settlement

/// Single recharges that arrive by their own clock, whatever becomes of those before: open-loop.
struct PacedCalls: Sendable {
    let pool: SettlementPool
    /// Calls that arrive together, and the time between two arrivals.
    var calls = 100
    var nanoseconds: Int64 = 1_000_000
    /// Arrivals of one run: a second.
    var arrivals = 1_000

    /// Nanoseconds of each call from its intended time to its durable outcome.
    func run(_ workload: Workload) async throws -> [Int64] {
        var workload = workload
        let clock = SystemClock()
        return try await withThrowingTaskGroup(of: Int64.self) { group in
            var next = clock.monotonicNanoseconds
            for _ in 0..<arrivals {
                next += nanoseconds
                try await clock.sleep(untilMonotonic: next)
                for _ in 0..<calls {
                    group.addTask { [pool, next, command = workload.anyRecharge()] in
                        _ = try await pool.submit(command, intendedAt: next)
                        return clock.monotonicNanoseconds - next
                    }
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
    }
}
