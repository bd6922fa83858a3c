import Logging
import Settlement
import SettlementJournal
import SettlementTestKit
import Testing

@testable import SettlementLoad

@Suite struct VirtualTimeTests {
    private static let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    static func run(_ profile: LoadProfile, _ options: RunOptions = .virtual) async throws -> RunResult {
        try await LoadRun(profile, options: options, logger: logger).run()
    }

    static func run(yaml: String) async throws -> RunResult {
        try await run(LoadProfile(yaml: yaml, file: "test.yaml") { _ in true })
    }

    /// Debug and optimised builds have to agree on these digests.
    @Test func `the same profile gives the same result everywhere`() async throws {
        let yaml = """
            version: 1
            name: everything
            population: {accounts: 500, regions: 2, userStopped: 5%}
            pool: {shards: 2}
            regions: {default: {errors: 5%, lostReplies: 2%, noStock: 5%}}
            stages:
              - {name: before, duration: 2s, recharges: {rate: 20/s}, bills: {rate: 20/s}, queries: {rate: 20/s}}
              - {name: peak, duration: 2s, monthEnd: close, recharges: {rate: 20/s}, writeOffs: {rate: 10/s}}
            """
        let first = try await Self.run(yaml: yaml)
        let second = try await Self.run(yaml: yaml)
        #expect(first.json == second.json)
        #expect(first.verdict == .valid && first.audit.conserved, "\(first.text)")
        #expect(first.digest == "e393a9beee4b26541e002fbfe475b1a1")
        let latencies = PathStage.allCases.map { name in
            first.overall.latency[name].map { "\(name) \($0.count) \($0.p50) \($0.p99) \($0.max)" } ?? "\(name)"
        }
        #expect(Digest(of: latencies.joined(separator: "\n")).description == "6d1bb34aec9680d1")
    }

    @Test func `a shard works for one caller after the other`() async throws {
        var calibration = CalibrationProfile()
        calibration.command = .constant(100)
        calibration.batch = .constant(1_000)
        let chosen = calibration
        let done = try Simulation(seed: 1, interleaving: .points).run { clock in
            let service = CalibratedService(
                chosen,
                shard: 0,
                seed: 1,
                board: FaultBoard([]),
                cores: CalibratedCores(1),
                clock: clock
            )
            let start = clock.monotonicNanoseconds
            return await withTaskGroup(of: [Int64].self) { group in
                for items in [10, 20] {
                    group.addTask {
                        await service.begin()
                        let began = clock.monotonicNanoseconds - start
                        let end = service.charge(items: items, lane: .bulk)
                        service.end()
                        await service.waitUntilDone(end)
                        return [began, clock.monotonicNanoseconds - start, Int64(items)]
                    }
                }
                return await group.reduce(into: []) { $0.append($1) }
            }
        }
        let (first, second) = (done[0], done[1])
        #expect(first[0] == 0)
        #expect(first[1] == 1_000 + first[2] * 100)
        #expect(second[0] == first[1], "the second begins when the first is done")
        #expect(second[1] == 1_000 + 1_000 + 30 * 100)
    }

    @Test func `shards share the cores`() {
        let cores = CalibratedCores(2)
        #expect([100, 100, 100].map { cores.work($0, from: 1_000) } == [1_100, 1_100, 1_200])
        #expect(cores.work(10, from: 5_000) == 5_010)
    }

    @Test func `what is staged during a sync is the next group`() async throws {
        var calibration = CalibrationProfile()
        (calibration.sync, calibration.syncPerKiB) = (.constant(1_000), 160)
        let chosen = calibration
        let times = try Simulation(seed: 1, interleaving: .points).run { clock in
            let journal = CalibratedJournal(shardCount: 3, chosen, seed: 1, clock: clock)
            let start = clock.monotonicNanoseconds
            return try await withThrowingTaskGroup(of: (Int, Int64).self) { group in
                for shard in 0..<3 {
                    group.addTask {
                        try await clock.sleep(nanoseconds: Int64(shard) * 100 + 1)
                        let cell = [UInt8](repeating: 1, count: 64)
                        let ticket = try journal.stage(cell.span.bytes, shard: shard, after: 0)
                        #expect(!journal.isDurable(ticket))
                        try await journal.durable(ticket)
                        #expect(journal.isDurable(ticket))
                        return (shard, clock.monotonicNanoseconds - start)
                    }
                }
                return try await group.reduce(into: [0, 0, 0]) { $0[$1.0] = $1.1 }
            }
        }
        #expect(times == [1_011, 2_031, 2_031], "64 bytes at 160 ns a KiB are 10 ns")
    }

    @Test func `a slow shard makes its own customers wait, and recovers`() async throws {
        let result = try await Self.run(
            yaml: """
                version: 1
                name: slow-shard
                population: {accounts: 400, suspended: 0%, instancesPerAccount: 0}
                pool: {shards: 2}
                stages:
                  - {name: before, duration: 2s, recharges: {rate: 200/s, accounts: all}}
                  - {name: slow, duration: 2s, recharges: {rate: 200/s, accounts: all}}
                  - {name: after, duration: 4s, recharges: {rate: 200/s, accounts: all}}
                faults: [{name: sick, kind: slow-shard, shard: 1, latency: 15ms, factor: 2, stage: slow, at: 0s, for: 2s}]
                thresholds: [recovery max < 3s @sick, failed count == 0]
                """
        )
        #expect(result.passed, "\(result.text)")
        let settle = try result.stages.map { try #require($0.part.latency[.settle]) }
        #expect(settle[0].p99 < 5_000_000)
        #expect(settle[1].p99 > 15_000_000)
        #expect(result.text.contains("slow-shard  shard 1"))
    }

    @Test func `a throttled region shows what it costs`() async throws {
        let result = try await Self.run(
            yaml: """
                version: 1
                name: throttled
                population: {accounts: 500, suspended: 100%, userStopped: 0%}
                regions: {default: {startLatency: 10ms, runningAfter: 1s, instanceBucket: {capacity: 1, refill: 2/s}}}
                stages: [{name: storm, duration: 1s, recharges: {rate: 100/s, arrivals: exact}}]
                thresholds: [recharges count == 100]
                """
        )
        #expect(result.passed, "\(result.text)")
        // A hundred starts at two a second: the last after half a minute and a little more.
        let last = try #require(result.overall.latency[.rechargeToStart]?.max)
        #expect(45_000_000_000..<55_000_000_000 ~= last)
    }

    /// A thousand write-offs on one shard, ten milliseconds each.
    private static let slowMonthEnd = """
        version: 1
        name: slow
        population: {accounts: 200, billsPerAccount: 5, suspended: 0%}
        pool: {shards: 1}
        calibration: {command: 10ms}
        stages: [{name: only, duration: 1s, monthEnd: close}]
        """

    @Test func `a slow shard closes a month as slowly as it is calibrated`() async throws {
        let result = try await Self.run(
            yaml: Self.slowMonthEnd + "\nthresholds: [writeOffs count == 1000]"
        )
        #expect(result.passed, "\(result.text)")
        let duration = try #require(result.monthEnd?.duration)
        #expect(10_000_000_000..<10_200_000_000 ~= duration)
    }

    @Test func `a day takes no time and an interrupted one has a result`() async throws {
        let profile = try LoadProfile(
            yaml: """
                version: 1
                name: day
                population: {accounts: 100}
                stages: [{name: only, duration: 24h, queries: {rate: 60/h}}]
                """,
            file: "day.yaml"
        ) { _ in true }
        let whole = try await Self.run(profile)
        #expect(whole.verdict == .valid)
        #expect(whole.overall.duration == 86_400_000_000_000)

        let early = try await Self.interrupted(profile) { _ in true }
        #expect(early.verdict == .incomplete)
        #expect(early.overall.offered < whole.overall.offered)
    }

    /// The stage is over after a second, the month end after ten.
    @Test func `a month end that outlasts its stage can be interrupted`() async throws {
        let profile = try LoadProfile(
            yaml: Self.slowMonthEnd,
            file: "slow.yaml"
        ) { _ in true }
        let early = try await Self.interrupted(profile) { $0.elapsed > 2_000_000_000 }
        #expect(early.verdict == .incomplete)
        #expect(early.verdictReason.contains("interrupted in stage only"))
        #expect(early.overall.duration == 1_000_000_000)
        #expect(try #require(early.overall.totals[.writeOffs]) < 1_000)
    }

    /// Runs until the progress says that it is enough.
    private static func interrupted(
        _ profile: LoadProfile,
        when isEnough: @escaping @Sendable (RunProgress) -> Bool
    ) async throws -> RunResult {
        let running = Shared<Task<RunResult, any Error>?>(nil)
        let (begin, signal) = AsyncStream.makeStream(of: Void.self)
        let task = Task {
            for await _ in begin { break }
            let run = LoadRun(profile, options: .virtual, logger: Self.logger)
            return try await run.run { progress in
                if isEnough(progress) { running.withLock { $0?.cancel() } }
            }
        }
        running.withLock { $0 = task }
        signal.yield()
        return try await task.value
    }
}

extension RunOptions {
    static var virtual: RunOptions {
        var options = RunOptions()
        options.isInVirtualTime = true
        return options
    }
}

@Suite struct BeforeAndAfterTests {
    private static func profile(_ name: String) throws -> LoadProfile {
        try LoadProfile(contentsOf: ShippedProfilesTests.folder + name + ".yaml")
    }

    @Test func `before and after have the same customers, payments and cloud`() throws {
        var (before, after) = (try Self.profile("polling-lag"), try Self.profile("event-driven"))
        (before.population.accounts, after.population.accounts) = (5_000, 5_000)
        let digests = [before, after].map { LoadPlan($0, population: Population($0)).arrivalsDigest }
        #expect(digests[0] == digests[1])
        #expect(before.regions == after.regions)
    }

    /// Everything twenty times as fast, with few accounts and a batch job that is as much slower.
    private static func scaled(_ name: String) throws -> LoadProfile {
        var profile = try profile(name)
        profile.population.accounts = 700
        profile.population.suspended = Share(partsPerBillion: 700_000_000)
        for index in profile.stages.indices { profile.stages[index].durationNanoseconds /= 20 }
        if case .polled(let nanoseconds) = profile.notification {
            profile.notification = .polled(nanoseconds / 20)
            profile.calibration.command = .constant(110_000_000)
        }
        return profile
    }

    @Test func `the half hour and what is left of it`() async throws {
        let before = try await VirtualTimeTests.run(Self.scaled("polling-lag"))
        let after = try await VirtualTimeTests.run(Self.scaled("event-driven"))
        #expect(before.verdict == .valid && before.audit.conserved, "\(before.text)")
        #expect(after.passed, "\(after.text)")
        #expect(before.arrivalsDigest == after.arrivalsDigest)
        #expect(before.digest == after.digest, "everybody is in the same state at the end")
        let waits = before.stages.map { $0.part.latency[.rechargeToStart] }
        let second: Int64 = 1_000_000_000
        #expect(try #require(waits[0]).p99 < second, "who writes off by hand waits for no poll")
        #expect(try #require(waits[1]).p50 > 10 * second, "the others wait for the next one")
        #expect(try #require(waits[1]).max < 31 * second)
        #expect(try #require(waits[2]).max > 60 * second, "and at the end of the month behind all bills")
    }
}
