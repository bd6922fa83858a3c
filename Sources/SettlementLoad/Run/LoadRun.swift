public import Logging
internal import Settlement

/// Runs one profile against a real pool and simulated regions, in real or in virtual time.
public struct LoadRun: Sendable {
    /// The question asked.
    public let profile: LoadProfile
    /// How it is run.
    public let options: RunOptions
    private let logger: Logger

    /// A run that has not begun.
    public init(_ profile: LoadProfile, options: RunOptions = RunOptions(), logger: Logger) {
        self.profile = profile
        self.options = options
        self.logger = logger
    }

    /// Runs the profile to its end; when the task is cancelled, to an early end with a report of what ran.
    ///
    /// Never runs on the caller's actor: a hop from the main actor would cost more than what is measured.
    /// - Parameters:
    ///   - imported: the bills of the profile's FOCUS file, if it names one.
    ///   - report: called with the run's progress ten times a second, from any thread.
    @concurrent
    public func run(
        imported: FocusImport? = nil,
        report: @escaping @Sendable (RunProgress) -> Void = { _ in }
    ) async throws(RunError) -> RunResult {
        if options.isInVirtualTime { return try await runInVirtualTime(imported: imported, report: report) }
        return try await execute(in: .real(options), imported: imported, report: report)
    }

    func execute(
        in world: RunWorld,
        imported: FocusImport?,
        report: @escaping @Sendable (RunProgress) -> Void
    ) async throws(RunError) -> RunResult {
        let population = Population(profile, imported: imported)
        let named = options.keepsJournalTemporary ? nil : options.journalDirectory ?? profile.pool.directory
        let directory =
            profile.pool.journal == .file && !world.isVirtual ? try RunDirectory(named, profile: profile) : nil
        defer { directory?.removeIfTemporary() }
        let plan = LoadPlan(profile, population: population)
        let recorder = options.measuresLatency ? LatencyRecorder(stageCount: profile.stages.count) : nil
        let clock = RunClock(
            startingAt: Self.openingTime(of: population.month, isClosing: directory?.step == .closing),
            on: world.clock
        )
        let rig = try RunRig(
            profile: profile,
            population: population,
            directory: directory,
            world: world,
            clock: clock,
            observer: recorder ?? NoPathObserver(),
            logger: logger
        )
        let run = ProfileRun(
            profile: profile,
            world: world,
            directory: directory,
            population: population,
            plan: plan,
            rig: rig,
            recorder: recorder,
            series: SeriesRecorder(regions: population.regionNames),
            tally: RunTally(stageCount: profile.stages.count),
            report: report,
            endsWhenLost: options.endsWhenLost
        )
        do throws(RunError) {
            let result = try await run.run()
            try await Self.close(rig.pool)
            if result.verdict != .incomplete { try directory?.reach(.finished) }
            return result
        } catch {
            try? await Self.close(rig.pool)
            throw error
        }
    }

    private static func close(_ pool: SettlementPool) async throws(RunError) {
        do throws(SettlementError) {
            try await pool.shutdown()
        } catch {
            throw .pool(error)
        }
    }

    /// An hour before the month ends; ten seconds after, if an earlier run had begun to close it.
    private static func openingTime(of month: Month, isClosing: Bool) -> Timestamp {
        let end = month.next.start(offsetMinutes: Population.monthOffsetMinutes)
        return Timestamp(nanoseconds: end.rawValue + (isClosing ? 10 : -3_600) * 1_000_000_000)
    }
}
