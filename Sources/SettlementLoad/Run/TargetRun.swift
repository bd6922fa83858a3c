public import Settlement

/// Drives the arrivals of a profile at a target of one's own: the pool of a service, or something that stands for it.
///
/// Accounts, pool and regions of the profile are not made; its accounts are expected to be there, with the identities that
/// ``Population`` gives them. Month ends and faults of the profile are left out. The result has the latencies
/// `schedule_lag` and `settle`, and no audit.
public struct TargetRun: Sendable {
    private let profile: LoadProfile
    private let population: Population
    private let target: any LoadTarget
    private let clock: any SettlementClock

    /// A run that has not begun.
    ///
    /// - Parameter clock: of the intended times; must go on as long as the run lasts.
    public init(_ profile: LoadProfile, target: any LoadTarget, clock: any SettlementClock = SystemClock()) {
        self.profile = profile
        self.target = target
        self.clock = clock
        population = Population(profile)
    }

    /// Sends everything at its time and waits for the answers; when the task is cancelled, to an early end.
    @concurrent
    public func run() async -> RunResult {
        let recorder = LatencyRecorder(stageCount: profile.stages.count)
        let tally = RunTally(stageCount: profile.stages.count)
        let plan = LoadPlan(profile, population: population)
        let suspended = SuspendedOrder(profile: profile, population: population)
        let times = StageTimes(plan, origin: clock.monotonicNanoseconds)
        let driver = ArrivalDriver(
            target: target,
            population: population,
            keys: KeyMaker(seed: profile.seed),
            clock: clock,
            recorder: recorder,
            series: SeriesRecorder(regions: []),
            tally: tally,
            stages: times,
            limits: GeneratorLimits(profile)
        )
        let isComplete = await withTaskGroup(of: Bool.self) { group in
            group.addTask {
                await driver.drive(ArrivalSchedule(profile, population: population, suspended: suspended))
                return true
            }
            group.addTask {
                await CallerDriver(profile: profile, driver: driver, suspended: suspended).drive()
                return true
            }
            group.addTask { await enterStages(plan, recorder, origin: times.origin) }
            return await group.reduce(true) { $0 && $1 }
        }
        let elapsed = clock.monotonicNanoseconds - times.origin
        let counted = profile.stages.indices.filter { !profile.stages[$0].isExcluded }
        var facts = RunFacts(
            digest: "",
            arrivalsDigest: plan.arrivalsDigest,
            audit: AuditResult(conserved: true, findings: ["not audited: the pool is not the run's own"]),
            latency: recorder.summary(.interactive, stages: counted),
            bulkLatency: recorder.summary(.bulk, stages: counted),
            host: .current()
        )
        if !isComplete { facts.interruption = "the run was interrupted" }
        facts.unanswered = tally.waiting
        return RunResult(profile, stages: stages(tally, recorder, plan, elapsed: elapsed), facts: facts)
    }

    /// - Returns: whether the last stage came to its end.
    private func enterStages(_ plan: LoadPlan, _ recorder: LatencyRecorder, origin: Int64) async -> Bool {
        do throws(CancellationError) {
            for (index, stage) in plan.stages.enumerated() {
                try await clock.sleep(untilMonotonic: origin + stage.start)
                recorder.enterStage(index)
            }
            try await clock.sleep(untilMonotonic: origin + profile.durationNanoseconds)
            return true
        } catch {
            return false
        }
    }

    private func stages(
        _ tally: RunTally,
        _ recorder: LatencyRecorder,
        _ plan: LoadPlan,
        elapsed: Int64
    ) -> [StageResult] {
        zip(profile.stages, tally.stages).enumerated().map { index, pair in
            let (stage, counts) = pair
            let part = RunPart(
                duration: min(max(0, elapsed - plan.stages[index].start), stage.durationNanoseconds),
                offered: counts.offered,
                submitted: counts.submitted,
                answered: counts.answered,
                totals: counts.totals,
                latency: recorder.summary(.interactive, stages: [index]),
                bulkLatency: recorder.summary(.bulk, stages: [index])
            )
            return StageResult(stage, part: part)
        }
    }
}
