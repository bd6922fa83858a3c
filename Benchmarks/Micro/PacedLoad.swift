internal import Settlement

/// Recharges that arrive by their own clock, whatever becomes of those before: open-loop.
struct PacedLoad: Sendable {
    let load: PoolLoad
    let clock: SteppedClock
    /// Commands that arrive together, and the time between two arrivals.
    var commands = 50
    var nanoseconds: Int64 = 1_000_000

    /// Submits until the task is cancelled, then waits for what is under way.
    func run(_ workload: Workload) async throws {
        var workload = workload
        try await withThrowingTaskGroup(of: Void.self) { group in
            var next = clock.monotonicNanoseconds
            while !Task.isCancelled {
                let recharges = (0..<commands).map { _ in workload.anyRecharge() }
                group.addTask { [load] in _ = try await load.settle([recharges], callers: 1) }
                next += nanoseconds
                do { try await clock.sleep(untilMonotonic: next) } catch { break }
            }
            try await group.waitForAll()
        }
    }

    /// Submits while `body` works.
    func run<Value: Sendable>(
        _ workload: Workload,
        beside body: @Sendable () async throws -> Value
    ) async throws -> Value {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await run(workload) }
            let value = try await body()
            group.cancelAll()
            try await group.waitForAll()
            return value
        }
    }
}
