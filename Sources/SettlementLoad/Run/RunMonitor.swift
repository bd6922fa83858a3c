internal import Settlement

/// Watches a run: samples it ten times a second for its series and its progress, and keeps the month end's result.
final class RunMonitor: Sendable {
    private let run: ProfileRun
    private let origin: Int64

    init(_ run: ProfileRun, origin: Int64) {
        self.run = run
        self.origin = origin
    }

    /// The counters of the whole run at one instant.
    private struct Look {
        var at: Int64
        var answered: Int64 = 0
        var totals = TotalTable()
        var usage: ProcessUsage?
    }

    private static let secondNanoseconds: Int64 = 1_000_000_000

    func monthEnd(_ result: MonthEndResult) { run.monthEnd.withLock { $0 = result } }

    /// Samples and reports until the task is cancelled; the last sample ends there.
    func watch() async {
        var last = look(at: origin)
        var filling: RunSample?
        var second = RunSample(start: 0, duration: 0)
        var whole = RunSample(start: 0, duration: 0)
        var notices = RunNotices(limits: GeneratorLimits(run.profile))
        var untimedStarts = 0
        var isOver = false
        while !isOver {
            do throws(CancellationError) {
                try await run.rig.clock.sleep(nanoseconds: run.world.tickNanoseconds)
            } catch {
                isOver = true
            }
            let depths = await regionDepths()
            await countUntimedStarts(&untimedStarts)
            let now = look(at: run.rig.clock.monotonicNanoseconds)
            let sample = run.series.append(sample(from: last, to: now, regionDepths: depths))
            last = now
            if filling == nil { filling = sample } else { filling?.add(sample) }
            if let filled = filling, filled.duration >= Self.secondNanoseconds { (second, filling) = (filled, nil) }
            // Latencies of the whole run would cost memory and time; its counts do not.
            whole.add(sample.withoutLatencies)
            // Until the first second is over, what there is of it.
            let shown = second.duration > 0 ? second : filling ?? second
            var progress = progress(after: shown, regionDepths: depths)
            (progress.offeredTotal, progress.answeredTotal) = (whole.offered, whole.answered)
            progress.totals = whole.totals
            notices.look(at: progress, monthEnd: run.monthEnd.withLock { $0 })
            progress.notices = notices.latest
            run.report(progress)
        }
    }

    private func sample(from old: Look, to new: Look, regionDepths: [Int]) -> RunSample {
        var sample = RunSample(start: old.at - origin, duration: new.at - old.at)
        sample.answered = new.answered - old.answered
        for name in TotalName.allCases {
            if let count = new.totals[name] { sample.totals[name] = count - (old.totals[name] ?? 0) }
        }
        sample.queueDepths = run.rig.pool.queueDepths
        sample.regionDepths = regionDepths
        if let usage = new.usage, let before = old.usage {
            sample.cpuNanoseconds = usage.cpuNanoseconds - before.cpuNanoseconds
            sample.residentBytes = usage.residentBytes
        }
        sample.latency = run.recorder?.takeTick(.interactive) ?? LatencyCountsTable()
        sample.bulkLatency = run.recorder?.takeTick(.bulk) ?? LatencyCountsTable()
        // Controllers tell what they take and see through the observer; each of it is one latency.
        sample.totals[.notifications] = sample.count(of: .notify)
        sample.totals[.instancesStarted] = sample.count(of: .start)
        return sample
    }

    private func progress(after second: RunSample, regionDepths: [Int]) -> RunProgress {
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
        progress.offered = second.perSecond(second.offered)
        progress.achieved = second.perSecond(second.answered)
        progress.writeOffs = second.perSecond(second.totals[.writeOffs] ?? 0)
        progress.latency = second.latency.summaries
        progress.queueDepths = run.rig.pool.queueDepths
        progress.regionDepths = regionDepths
        progress.regions = run.population.regionNames
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

    /// Counts what is new into the stage that is on.
    private func countUntimedStarts(_ counted: inout Int) async {
        var now = 0
        for controller in run.rig.controllers { now += await controller.untimedStarts }
        run.tally.count(Int64(now - counted), of: .untimedStarts)
        counted = now
    }

    private func look(at time: Int64) -> Look {
        var look = Look(at: time, usage: run.world.usage)
        look.answered = run.tally.answered
        for stage in run.tally.stages {
            for name in TotalName.allCases {
                if let count = stage.totals[name] { look.totals[name, default: 0] += count }
            }
        }
        return look
    }
}

extension RunSample {
    /// The sample without its histograms.
    fileprivate var withoutLatencies: RunSample {
        var bare = self
        bare.latency = LatencyCountsTable()
        bare.bulkLatency = LatencyCountsTable()
        return bare
    }

    /// How many latencies of this name ended in it, in both lanes.
    fileprivate func count(of name: PathStage) -> Int64 {
        (latency[name]?.count ?? 0) + (bulkLatency[name]?.count ?? 0)
    }
}

extension RunProgress {
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
