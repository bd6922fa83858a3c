internal import Settlement
internal import Synchronization

/// A profile that is being run: population, stages, drain, result.
struct ProfileRun: Sendable {
    let profile: LoadProfile
    let world: RunWorld
    /// Where the run keeps its journal, and remembers how far it came; `nil`: in memory.
    let directory: RunDirectory?
    let population: Population
    let plan: LoadPlan
    let rig: RunRig
    /// `nil`: latencies are not measured.
    let recorder: LatencyRecorder?
    let series: SeriesRecorder
    let tally: RunTally
    let report: @Sendable (RunProgress) -> Void
    /// Whether it ends as soon as a threshold cannot be met any more.
    let endsWhenLost: Bool
    /// How far the month end has come; `nil`: none has begun.
    let monthEnd = Shared<MonthEndResult?>(nil)
    /// What has gone wrong on purpose so far.
    let faults = Shared<[FaultResult]>([])

    private var clock: RunClock { rig.clock }
    private var keys: KeyMaker { KeyMaker(seed: profile.seed) }

    func run() async throws(RunError) -> RunResult {
        try await populate()
        let end: RunEnd
        do {
            end = try await withThrowingTaskGroup(of: Void.self) { group in
                defer { group.cancelAll() }
                if let relay = rig.relay { group.addTask { await relay.run() } }
                if let poll = rig.poll { group.addTask { await poll.run() } }
                for controller in rig.controllers { group.addTask { await controller.run() } }
                await rig.waitUntilSwept()
                return try await runStages()
            }
        } catch let error as RunError {
            throw error
        } catch {
            preconditionFailure("controllers throw nothing: \(error)")
        }
        return try await result(end)
    }

    private func populate() async throws(RunError) {
        if !(directory?.isResumed ?? false) {
            let loader = PopulationLoader(pool: rig.pool, population: population, keys: keys, clock: clock)
            let total = population.accountCount
            let report = report
            try await loader.load { report(.loading($0, of: total)) }
            try directory?.reach(.populated)
        }
        rig.addInstances(of: population)
    }

    /// Runs the stages and waits for what they have begun, and for what faults have left behind.
    private func runStages() async throws(RunError) -> RunEnd {
        let suspended = SuspendedOrder(profile: profile, population: population)
        let origin = clock.monotonicNanoseconds
        recorder?.restart(StageTimes(plan, origin: origin), on: clock)
        let end = Shared(RunEnd())
        let monitor = monitor(origin: origin)
        let conductor = conductor(origin: origin)
        do {
            try await withThrowingTaskGroup(of: Void.self) { group in
                defer { group.cancelAll() }
                group.addTask { await monitor.watch() }
                group.addTask { await conductor.run() }
                let watch = AbortWatch(
                    profile: profile,
                    series: series,
                    clock: clock,
                    origin: origin,
                    outlook: endsWhenLost
                        ? ThresholdOutlook(profile: profile, plan: plan, tally: tally, recorder: recorder) : nil
                )
                let aborted = try await watch.run { try await work(origin: origin, suspended: suspended) }
                let now = clock.monotonicNanoseconds
                end.withLock { ($0.elapsed, $0.aborted) = (now - origin, aborted) }
                guard aborted == nil else { return }
                let deadline = now + world.drainNanoseconds
                let left = await rig.waitUntilIdle(deadline: deadline)
                end.withLock { ($0.unfinishedStarts, $0.startsGivenUp) = left }
                await conductor.waitUntilRecovered(deadline: deadline)
            }
        } catch let error as RunError where !error.isInterruption {
            throw error
        } catch {
            return RunEnd(
                elapsed: clock.monotonicNanoseconds - origin,
                interruption: "the run was interrupted in stage \(profile.stages[tally.currentStage].name)"
            )
        }
        return end.withLock { $0 }
    }

    /// Everything that arrives, and the stages.
    private func work(origin: Int64, suspended: SuspendedOrder) async throws {
        let driver = driver(origin: origin)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                await driver.drive(ArrivalSchedule(profile, population: population, suspended: suspended))
            }
            group.addTask {
                await CallerDriver(profile: profile, driver: driver, suspended: suspended).drive()
            }
            group.addTask { try await enterStages(origin: origin) }
            try await group.waitForAll()
        }
    }

    private func monitor(origin: Int64) -> RunMonitor {
        RunMonitor(
            profile: profile,
            plan: plan,
            clock: clock,
            origin: origin,
            tickNanoseconds: world.tickNanoseconds,
            recorder: recorder,
            series: series,
            tally: tally,
            gauges: rig.gauges { [world] in world.usage },
            monthEnd: monthEnd,
            report: report
        )
    }

    private func conductor(origin: Int64) -> FaultConductor {
        FaultConductor(
            profile: profile,
            rig: rig,
            board: rig.board,
            origin: origin,
            tickNanoseconds: RunSeries.minimumWidth,
            results: faults
        )
    }

    private func driver(origin: Int64) -> ArrivalDriver {
        ArrivalDriver(
            target: rig.target,
            population: population,
            keys: keys,
            clock: clock,
            recorder: recorder,
            series: series,
            tally: tally,
            stages: StageTimes(plan, origin: origin),
            limits: GeneratorLimits(profile)
        )
    }

    /// Goes from stage to stage by the clock; a month end runs on its own until it is done.
    private func enterStages(origin: Int64) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (index, stage) in profile.stages.enumerated() {
                try await clock.sleep(untilMonotonic: origin + plan.stages[index].start)
                recorder?.enterStage(index)
                tally.enterStage(index)
                if stage.monthEnd == .close { group.addTask { try await closeMonth() } }
            }
            try await clock.sleep(untilMonotonic: origin + profile.durationNanoseconds)
            try await group.waitForAll()
        }
    }

    private func closeMonth() async throws(RunError) {
        // Ten seconds after midnight of the next month, in the billing time zone.
        let midnight = population.month.next.start(offsetMinutes: Population.monthOffsetMinutes)
        try directory?.reach(.closing)
        clock.advance(to: Timestamp(nanoseconds: midnight.rawValue + 10_000_000_000))
        await rig.queue?.enter()
        defer { rig.queue?.leave() }
        let closing = MonthEnd(of: population.month, in: rig.pool)
        let started = clock.monotonicNanoseconds
        do throws(MonthEndError) {
            async let watching: Void = follow(closing.progress, startedAt: started)
            _ = try await closing.run()
            await watching
        } catch {
            if case .cancelled = error { throw .interrupted }
            throw .monthEnd(error)
        }
    }

    /// Counts write-offs into the stage in which they happen.
    private func follow(_ progress: AsyncStream<MonthEndProgress>, startedAt: Int64) async {
        var counted = 0
        for await now in progress {
            tally.count(Int64(now.billsWrittenOff - counted), of: .writeOffs)
            counted = now.billsWrittenOff
            let result = MonthEndResult(population.month, now, nanoseconds: clock.monotonicNanoseconds - startedAt)
            monthEnd.withLock { $0 = result }
        }
    }
}
