internal import Foundation
internal import Settlement
internal import SettlementTestKit
internal import Synchronization

extension LoadRun {
    /// Runs the profile in a simulation, which has a thread of its own: it never waits, and computes for seconds.
    func runInVirtualTime(
        imported: FocusImport?,
        report: @escaping @Sendable (RunProgress) -> Void
    ) async throws(RunError) -> RunResult {
        let isInterrupted = Shared(false)
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let thread = Thread {
                    continuation.resume(returning: simulate(imported, isInterrupted: isInterrupted, report: report))
                }
                thread.start()
            }
        } onCancel: {
            isInterrupted.withLock { $0 = true }
        }
        return try result.get()
    }

    /// How often an interruption is looked for: at least every 10,000 arrivals, which take a moment to compute.
    private func nanosecondsBetweenGlances(_ world: RunWorld) -> Int64 {
        let arrivals = LoadProfile.arrivalNames.reduce(0.0) {
            $0 + profile.offeredRate(of: $1) * profile.offeredSeconds(of: $1)
        }
        let spread = Double(profile.durationNanoseconds) * 10_000 / max(1, arrivals)
        return min(world.tickNanoseconds, max(10_000, Int64(min(spread, 1e12))))
    }

    private func simulate(
        _ imported: FocusImport?,
        isInterrupted: Shared<Bool>,
        report: @escaping @Sendable (RunProgress) -> Void
    ) -> Result<RunResult, RunError> {
        let simulation = Simulation(seed: profile.seed, interleaving: .points)
        do {
            let result = try simulation.run { clock in
                let world = RunWorld.virtual(clock, profile, options)
                let glance = nanosecondsBetweenGlances(world)
                return try await withThrowingTaskGroup(of: RunResult?.self) { group in
                    group.addTask { try await execute(in: world, imported: imported, report: report) }
                    group.addTask {
                        while !isInterrupted.withLock({ $0 }) { try await clock.sleep(nanoseconds: glance) }
                        return nil
                    }
                    // A cancelled run ends early, with a result of its own.
                    var first = try await group.next()
                    group.cancelAll()
                    if case .some(.none) = first { first = try await group.next() }
                    guard let result = first ?? nil else { throw RunError.interrupted }
                    return result
                }
            }
            return .success(result)
        } catch let error as RunError {
            return .failure(error)
        } catch {
            return .failure(.stuck("\(error)"))
        }
    }
}
