internal import Settlement

/// Watches a run: samples it ten times a second for its series and its progress, and keeps the month end's result.
struct RunMonitor: Sendable {
    let profile: LoadProfile
    let plan: LoadPlan
    let clock: any SettlementClock
    /// Monotonic time at which the run began.
    let origin: Int64
    /// Between two looks, in nanoseconds.
    let tickNanoseconds: Int64
    /// `nil`: latencies are not measured.
    let recorder: LatencyRecorder?
    let series: SeriesRecorder
    let tally: RunTally
    let gauges: RunGauges
    /// How far the month end has come; `nil`: none has begun.
    let monthEnd: Shared<MonthEndResult?>
    let report: @Sendable (RunProgress) -> Void

    /// The counters of the whole run at one instant.
    private struct Look {
        var at: Int64
        var answered: Int64 = 0
        var totals = TotalTable()
        var usage: ProcessUsage?
    }

    private static let secondNanoseconds: Int64 = 1_000_000_000

    /// Samples and reports until the task is cancelled; the last sample ends there.
    func watch() async {
        var last = look(at: origin)
        var filling: RunSample?
        var second = RunSample(start: 0, duration: 0)
        var whole = RunSample(start: 0, duration: 0)
        var (buckets, bulkBuckets) = (LatencyBucketsTable(), LatencyBucketsTable())
        var notices = RunNotices(limits: GeneratorLimits(profile))
        var untimedStarts = 0
        var isOver = false
        while !isOver {
            do throws(CancellationError) {
                try await clock.sleep(nanoseconds: tickNanoseconds)
            } catch {
                isOver = true
            }
            let depths = await gauges.regionDepths()
            await countUntimedStarts(&untimedStarts)
            let now = look(at: clock.monotonicNanoseconds)
            let sample = series.append(sample(from: last, to: now, regionDepths: depths))
            last = now
            if filling == nil { filling = sample } else { filling?.add(sample) }
            if let filled = filling, filled.duration >= Self.secondNanoseconds { (second, filling) = (filled, nil) }
            // Histograms of the whole run would cost memory and time; its counts and buckets do not.
            whole.add(sample.withoutLatencies)
            buckets.add(sample.latency)
            bulkBuckets.add(sample.bulkLatency)
            // Until the first second is over, what there is of it.
            let shown = second.duration > 0 ? second : filling ?? second
            var progress = progress(after: shown, regionDepths: depths)
            (progress.offeredTotal, progress.answeredTotal) = (whole.offered, whole.answered)
            progress.totals = whole.totals
            (progress.buckets, progress.bulkBuckets) = (buckets, bulkBuckets)
            notices.look(at: progress, monthEnd: monthEnd.withLock { $0 })
            progress.notices = notices.latest
            report(progress)
        }
    }

    private func sample(from old: Look, to new: Look, regionDepths: [Int]) -> RunSample {
        var sample = RunSample(start: old.at - origin, duration: new.at - old.at)
        sample.answered = new.answered - old.answered
        for name in TotalName.allCases {
            if let count = new.totals[name] { sample.totals[name] = count - (old.totals[name] ?? 0) }
        }
        sample.queueDepths = gauges.queueDepths()
        sample.regionDepths = regionDepths
        if let usage = new.usage, let before = old.usage {
            sample.cpuNanoseconds = usage.cpuNanoseconds - before.cpuNanoseconds
            sample.residentBytes = usage.residentBytes
        }
        sample.latency = recorder?.takeTick(.interactive) ?? LatencyCountsTable()
        sample.bulkLatency = recorder?.takeTick(.bulk) ?? LatencyCountsTable()
        // Controllers tell what they take and see through the observer; each of it is one latency.
        sample.totals[.notifications] = sample.count(of: .notify)
        sample.totals[.instancesStarted] = sample.count(of: .start)
        return sample
    }

    private func progress(after second: RunSample, regionDepths: [Int]) -> RunProgress {
        let stage = tally.currentStage
        let elapsed = clock.monotonicNanoseconds - origin
        var progress = RunProgress(
            stage: profile.stages[stage].name,
            stageIndex: stage,
            stageCount: profile.stages.count,
            elapsed: elapsed,
            total: profile.durationNanoseconds,
            stageRemaining: max(0, plan.stages[stage].end - elapsed)
        )
        progress.offered = second.perSecond(second.offered)
        progress.achieved = second.perSecond(second.answered)
        progress.writeOffs = second.perSecond(second.totals[.writeOffs] ?? 0)
        progress.latency = second.latency.summaries
        progress.queueDepths = gauges.queueDepths()
        progress.regionDepths = regionDepths
        progress.regions = gauges.regions
        progress.rejected = tally.stages.reduce(0) { $0 + ($1.totals[.rejected] ?? 0) }
        if let monthEnd = monthEnd.withLock({ $0 }) {
            progress.monthEnd = RunProgress.Part(done: Int64(monthEnd.accounts), all: Int64(plan.accounts))
        }
        return progress
    }

    /// Counts what is new into the stage that is on.
    private func countUntimedStarts(_ counted: inout Int) async {
        let now = await gauges.untimedStarts()
        tally.count(Int64(now - counted), of: .untimedStarts)
        counted = now
    }

    private func look(at time: Int64) -> Look {
        var look = Look(at: time, usage: gauges.usage())
        look.answered = tally.answered
        for stage in tally.stages {
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
