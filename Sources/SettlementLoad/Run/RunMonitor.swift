internal import Settlement
internal import Synchronization

/// Watches a run: makes its progress ten times a second, and keeps the month end's result.
final class RunMonitor: Sendable {
    private let run: ProfileRun
    private let origin: Int64

    init(_ run: ProfileRun, origin: Int64) {
        self.run = run
        self.origin = origin
    }

    /// What one look at the counters of all stages shows.
    private struct Look {
        var at: Int64
        var counts: RunTally.Counts
    }

    private static let tickNanoseconds: Int64 = 100_000_000
    private static let ticksPerSecond = 10

    func monthEnd(_ result: MonthEndResult) { run.monthEnd.withLock { $0 = result } }

    /// Reports until the task is cancelled.
    func watch() async {
        var last = look()
        var progress = base()
        var tick = 0
        while true {
            do throws(CancellationError) { try await run.rig.clock.sleep(nanoseconds: Self.tickNanoseconds) } catch {
                return
            }
            tick += 1
            let before = progress
            progress = base()
            (progress.offered, progress.achieved, progress.writeOffs) = (
                before.offered, before.achieved, before.writeOffs
            )
            progress.latency = before.latency
            if tick % Self.ticksPerSecond == 0 {
                let now = look()
                progress.rates(from: last.counts, at: last.at, to: now.counts, at: now.at)
                progress.latency = run.recorder.takeInterval(.interactive)
                last = now
            }
            progress.regionDepths = await regionDepths()
            run.report(progress)
        }
    }

    private func base() -> RunProgress {
        let stage = run.tally.currentStage
        let elapsed = run.rig.clock.monotonicNanoseconds - origin
        var progress = RunProgress(
            stage: run.profile.stages[stage].name,
            stageIndex: stage,
            stageCount: run.profile.stages.count,
            elapsed: elapsed,
            total: run.profile.durationNanoseconds,
            stageRemaining: max(0, run.plan.stages[stage].end - elapsed)
        )
        progress.queueDepths = run.rig.pool.queueDepths
        progress.rejected = run.tally.stages.reduce(0) { $0 + ($1.totals[.rejected] ?? 0) }
        if let monthEnd = run.monthEnd.withLock({ $0 }) {
            progress.monthEnd = RunProgress.Part(
                done: Int64(monthEnd.accounts),
                all: Int64(run.population.accountCount)
            )
        }
        return progress
    }

    private func regionDepths() async -> [Int] {
        var depths: [Int] = []
        for controller in run.rig.controllers {
            let backlog = await controller.backlog
            depths.append(backlog.dirtyKeys + backlog.lookups + backlog.starts + backlog.stops)
        }
        return depths
    }

    private func look() -> Look {
        var sum = RunTally.Counts()
        for stage in run.tally.stages {
            sum.offered += stage.offered
            sum.answered += stage.answered
            sum.add(stage.totals[.writeOffs] ?? 0, to: .writeOffs)
        }
        return Look(at: run.rig.clock.monotonicNanoseconds, counts: sum)
    }
}

extension RunProgress {
    /// Rates between two looks at the counters.
    fileprivate mutating func rates(
        from old: RunTally.Counts,
        at oldTime: Int64,
        to new: RunTally.Counts,
        at newTime: Int64
    ) {
        let seconds = max(1e-9, Double(newTime - oldTime) / 1e9)
        offered = Double(new.offered - old.offered) / seconds
        achieved = Double(new.answered - old.answered) / seconds
        writeOffs = Double((new.totals[.writeOffs] ?? 0) - (old.totals[.writeOffs] ?? 0)) / seconds
    }

    /// The population is being loaded.
    static func loading(_ loaded: Int, of total: Int) -> RunProgress {
        var progress = RunProgress(
            stage: "loading accounts",
            stageIndex: 0,
            stageCount: 1,
            elapsed: 0,
            total: 0,
            stageRemaining: 0
        )
        progress.notices = ["\(loaded) of \(total) accounts loaded"]
        return progress
    }
}
