public import Settlement

/// Drives the arrivals of a profile at a target of one's own: the pool of a service, or something that stands for it.
///
/// Accounts, pool and regions of the profile are not made; its accounts are expected to be there, with the identities that
/// ``Population`` gives them. Month ends and faults of the profile are left out. The result has the latencies
/// `schedule_lag` and `settle` with their course over time, those that the pool and its controllers tell the recorder,
/// and no audit. A threshold with `abortOnFail` ends the run.
public struct TargetRun: Sendable {
    private let profile: LoadProfile
    private let population: Population
    private let target: any LoadTarget
    private let clock: any SettlementClock
    private let recorder: LatencyRecorder
    private let plan: LoadPlan

    /// A run that has not begun.
    ///
    /// - Parameters:
    ///   - recorder: the observer of the pool and its controllers, if their latencies are to be in the result; it must have
    ///     been made for as many stages as the profile has. `nil`: one of the run's own.
    ///   - clock: of the intended times; must go on as long as the run lasts, and be the pool's if there is a recorder.
    public init(
        _ profile: LoadProfile,
        target: any LoadTarget,
        recorder: LatencyRecorder? = nil,
        clock: any SettlementClock = SystemClock()
    ) {
        self.profile = profile
        self.target = target
        self.clock = clock
        self.recorder = recorder ?? LatencyRecorder(stageCount: profile.stages.count)
        precondition(self.recorder.stageCount == profile.stages.count, "a recorder is made for the profile's stages")
        population = Population(profile)
        plan = LoadPlan(profile, population: population)
    }

    /// Sends everything at its time and waits for the answers; when the task is cancelled, to an early end.
    ///
    /// - Parameter report: called with the run's progress ten times a second, from any thread.
    @concurrent
    public func run(report: @escaping @Sendable (RunProgress) -> Void = { _ in }) async -> RunResult {
        let times = StageTimes(plan, origin: clock.monotonicNanoseconds)
        let tally = RunTally(stageCount: profile.stages.count)
        let series = SeriesRecorder(regions: [])
        recorder.restart(times, on: clock)
        let driver = ArrivalDriver(
            target: target,
            population: population,
            keys: KeyMaker(seed: profile.seed),
            clock: clock,
            recorder: recorder,
            series: series,
            tally: tally,
            stages: times,
            limits: GeneratorLimits(profile)
        )
        let monitor = RunMonitor(
            profile: profile,
            plan: plan,
            clock: clock,
            origin: times.origin,
            tickNanoseconds: RunSeries.minimumWidth,
            recorder: recorder,
            series: series,
            tally: tally,
            gauges: RunGauges(queueDepths: { [target] in target.queueDepths }),
            monthEnd: Shared(nil),
            report: report
        )
        var end = RunEnd()
        do {
            end.aborted = try await withThrowingTaskGroup(of: Void.self) { group in
                defer { group.cancelAll() }
                group.addTask { await monitor.watch() }
                let watch = AbortWatch(profile: profile, series: series, clock: clock, origin: times.origin)
                return try await watch.run { try await drive(driver, tally) }
            }
        } catch {
            end.interruption = "the run was interrupted in stage \(profile.stages[tally.currentStage].name)"
        }
        end.elapsed = clock.monotonicNanoseconds - times.origin
        return result(end, tally, series.series)
    }

    /// Everything that arrives, and the stages.
    private func drive(_ driver: ArrivalDriver, _ tally: RunTally) async throws {
        let suspended = SuspendedOrder(profile: profile, population: population)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                await driver.drive(ArrivalSchedule(profile, population: population, suspended: suspended))
            }
            group.addTask {
                await CallerDriver(profile: profile, driver: driver, suspended: suspended).drive()
            }
            group.addTask {
                for (index, stage) in plan.stages.enumerated() {
                    try await clock.sleep(untilMonotonic: driver.stages.origin + stage.start)
                    recorder.enterStage(index)
                    tally.enterStage(index)
                }
                try await clock.sleep(untilMonotonic: driver.stages.origin + profile.durationNanoseconds)
            }
            try await group.waitForAll()
        }
    }

    private func result(_ end: RunEnd, _ tally: RunTally, _ series: RunSeries) -> RunResult {
        var facts = RunFacts(
            digest: "",
            arrivalsDigest: plan.arrivalsDigest,
            audit: AuditResult(conserved: true, findings: ["not audited: the pool is not the run's own"]),
            host: .current()
        )
        facts.setLatencies(of: profile, from: recorder)
        facts.series = series
        facts.interruption = end.interruption
        facts.aborted = end.aborted
        facts.unanswered = tally.waiting
        facts.suspendedAccounts = plan.instances > 0 ? Int64(plan.suspended) : 0
        let stages = StageResult.all(of: profile, plan, tally, recorder, elapsed: end.elapsed)
        return RunResult(profile, stages: stages, facts: facts)
    }
}
