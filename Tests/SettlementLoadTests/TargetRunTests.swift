import Logging
@testable import Settlement
import SettlementLedger
import SettlementTestKit
import Testing

@testable import SettlementLoad

/// The generator drives stubs in virtual time, so that every latency is known.
@Suite struct TargetRunTests {
    /// Answers at once, but during one stretch only at its end.
    private struct StallingTarget: LoadTarget {
        let clock: any SettlementClock
        let origin: Int64
        let stall: Range<Int64>
        /// How long reading an account takes.
        var reading: Int64 = 0
        /// Whether every second command is refused for overload.
        var isOverloaded = false

        var now: Timestamp { Timestamp(nanoseconds: clock.monotonicNanoseconds) }

        private func wait() async {
            guard stall.contains(clock.monotonicNanoseconds - origin) else { return }
            try? await clock.sleep(untilMonotonic: origin + stall.upperBound)
        }

        func submit(_ batch: CommandBatch) async -> [Submission] {
            await wait()
            return batch.commands.map { command in
                let isRefused = isOverloaded && (command.key.low >> 7) % 2 == 1
                return isRefused ? .failed(SettlementError(.overloaded, "full")) : .settled(Outcome())
            }
        }
        func writeOffOneBill(of account: AccountID, draw: UInt64) async -> Submission? { nil }
        func read(_ account: AccountID) async throws(SettlementError) {
            try? await clock.sleep(nanoseconds: reading)
        }
        func pressStart(of account: AccountID) async throws(SettlementError) { await wait() }
    }

    /// Wakes up late, as a machine that is too slow for its load does.
    private struct LateClock: SettlementClock {
        let clock: any SettlementClock
        let lateness: Int64

        var monotonicNanoseconds: Int64 { clock.monotonicNanoseconds }
        var wallTime: Timestamp { clock.wallTime }
        func sleep(untilMonotonic nanoseconds: Int64) async throws(CancellationError) {
            try await clock.sleep(untilMonotonic: nanoseconds + lateness)
        }
    }

    private static func run(
        _ load: String,
        stall: Range<Int64> = 0..<0,
        lateness: Int64 = 0,
        reading: Int64 = 0,
        isOverloaded: Bool = false,
        after: String = "",
        thresholds: String = "[failed count == 0]"
    ) throws -> RunResult {
        let profile = try LoadProfile(
            yaml: """
                version: 1
                name: stub
                population: {accounts: 100}
                stages: [{name: only, duration: 2s, \(load.hasPrefix("{") ? "recharges: " + load : load)}\(after)]
                thresholds: \(thresholds)
                """,
            file: "stub.yaml"
        )
        return try Simulation(seed: 1).run { clock in
            var target = StallingTarget(clock: clock, origin: clock.monotonicNanoseconds, stall: stall)
            (target.reading, target.isOverloaded) = (reading, isOverloaded)
            let late = LateClock(clock: clock, lateness: lateness)
            return await TargetRun(profile, target: target, clock: late).run()
        }
    }

    /// One arrival each millisecond; for 300 ms nothing is answered. So 1,700 latencies are 0, and 300 are
    /// 1, 2, … 300 ms: number 1,800 of them all is 100 ms, number 1,980 is 280 ms.
    ///
    /// A generator that waits for the answer would have sent one request into the stall, and seen it at p99.95 only.
    @Test func stallIsSeenByEverybodyWhoArrivesInIt() throws {
        let result = try Self.run("{rate: 1k/s, arrivals: even}", stall: 500_000_000..<800_000_000)
        let settle = try #require(result.overall.latency[.settle])
        #expect(settle.count == 2_000)
        #expect(settle.p50 == 0)
        for (observed, milliseconds) in [(settle.p90, 100), (settle.p95, 200), (settle.p99, 280), (settle.p99_9, 298)] {
            let exact = Int64(milliseconds) * 1_000_000
            #expect((exact...exact + exact / 1_000).contains(observed), "\(observed) for \(milliseconds) ms")
        }
        #expect(settle.max == 300_000_000)
        #expect(result.overall.latency[.scheduleLag]?.max == 0)
        #expect(result.verdict == .valid)
        #expect(result.passed)
    }

    /// The same stall, asked by one caller who waits: this is what coordinated omission looks like.
    @Test func callersWhoWaitSeeTheStallOnce() throws {
        let result = try Self.run("{callers: 1, think: 1ms}", stall: 500_000_000..<800_000_000)
        let settle = try #require(result.overall.latency[.settle])
        #expect(settle.count == 1_700)
        #expect(settle.p99_9 == 0)
        #expect(settle.max == 300_000_000)
    }

    @Test func generatorThatIsTooSlowIsCalledSo() throws {
        let result = try Self.run("{rate: 1k/s, arrivals: even}", lateness: 120_000_000)
        #expect(result.verdict == .generatorBound)
        #expect(result.verdictReason.contains("late at p99"))
        #expect(!result.passed)
        // What the pool did is still measured from the intended times.
        #expect(try #require(result.overall.latency[.settle]?.max) >= 120_000_000)
    }

    /// One arrival each millisecond; every second one is refused at once.
    @Test func whoIsRefusedIsNeitherAchievedNorSettled() throws {
        let result = try Self.run("{rate: 1k/s, arrivals: even}", isOverloaded: true)
        #expect(result.overall.rates.offered == 1_000)
        #expect(result.overall.rates.achieved == 500)
        #expect(result.overall.totals[.rejected] == 1_000)
        #expect(result.overall.latency[.settle]?.count == 1_000)
        #expect(result.verdict == .valid)
    }

    /// The last 300 of 2,000 are answered when the two seconds are over.
    @Test func whatIsAnsweredAfterTheEndIsNotAchieved() throws {
        let result = try Self.run("{rate: 1k/s, arrivals: even}", stall: 1_700_000_000..<2_000_000_000)
        #expect(result.overall.rates.offered == 1_000)
        #expect(result.overall.rates.achieved == 850)
        #expect(result.overall.latency[.settle]?.count == 2_000)
    }

    /// Those who wait from 1.8 s to 2.2 s came in both stages, and are answered in the one that does not count.
    @Test func aTailBelongsToTheStageInWhichItArrived() throws {
        let result = try Self.run(
            "{rate: 1k/s, arrivals: even}",
            stall: 1_800_000_000..<2_200_000_000,
            after: ", {name: cool-down, duration: 1s, exclude: true, recharges: {rate: 1k/s, arrivals: even}}"
        )
        #expect(result.overall.latency[.settle]?.count == 2_000)
        #expect(result.overall.latency[.settle]?.max == 400_000_000)
        #expect(result.overall.rates.achieved == 900)
        #expect(result.stages[1].part.rates.achieved == 1_200)
    }

    /// Payments take 300 ms; queries that are due at the same instants are answered at once.
    @Test func aQueryWaitsForNoPayment() throws {
        let result = try Self.run(
            "recharges: {rate: 10/s, arrivals: even}, queries: {rate: 10/s, arrivals: even}",
            stall: 0..<2_000_000_000
        )
        #expect(result.overall.latency[.settle]?.count == 40)
        #expect(result.overall.latency[.settle]?.p50 == 0)
    }

    /// The generator wakes up 10 ms late and finds eleven queries; each takes 1 ms, whatever the others do.
    @Test func aQueryWaitsForNoQuery() throws {
        let result = try Self.run(
            "queries: {rate: 1k/s, arrivals: even}",
            lateness: 10_000_000,
            reading: 1_000_000
        )
        #expect(result.overall.latency[.settle]?.max == 11_000_000)
    }

    @Test func theCourseOfARunIsInItsReport() throws {
        let result = try Self.run("{rate: 1k/s, arrivals: even}", stall: 500_000_000..<800_000_000)
        let samples = result.series.samples
        #expect(20...21 ~= samples.count)
        #expect(samples.reduce(0) { $0 + $1.offered } == 2_000)
        #expect(samples.reduce(0) { $0 + $1.answered } == 2_000)
        #expect(samples[6].answered == 0 && samples[8].latency[.settle]?.max == 300_000_000)
        #expect(result.curves[.settle]?.count == 2_000)
        #expect(result.report.contains("<svg"))
    }

    @Test func aThresholdEndsARunAtATargetToo() throws {
        let result = try Self.run(
            "{rate: 1k/s, arrivals: even}",
            stall: 100_000_000..<900_000_000,
            after: ", {name: more, duration: 1h}",
            thresholds: "[{condition: settle max < 100ms, abortOnFail: true, delay: 1s}]"
        )
        #expect(result.notes.contains { $0.hasPrefix("Ended early: settle max < 100ms") })
        #expect(result.thresholds.map(\.passed) == [false])
        #expect(result.overall.duration < 3_000_000_000)
    }

    /// A pool, whose observer is the recorder of the run.
    @Test func aPoolOfOnesOwnTellsItsLatencies() throws {
        let profile = try LoadProfile(
            yaml: """
                version: 1
                name: own
                population: {accounts: 10, suspended: 0%, instancesPerAccount: 0}
                stages: [{name: only, duration: 1s, recharges: {rate: 50/s, arrivals: exact, accounts: all}}]
                """,
            file: "own.yaml"
        )
        let result = try Simulation(seed: 1).run { clock in
            let recorder = LatencyRecorder(stageCount: 1)
            var configuration = PoolConfiguration()
            configuration.shardCount = 1
            let pool = try SettlementPool.open(
                configuration,
                journal: .memory,
                clock: clock,
                observer: recorder,
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
            )
            let population = Population(profile)
            let opening = (0..<10).map { index in
                Command(
                    .openAccount(currency: .cny, creditLimit: .zero),
                    account: population.accountID(index),
                    time: pool.now,
                    key: IdempotencyKey(high: 1, low: UInt64(index))
                )
            }
            _ = await pool.submit(opening)
            let run = TargetRun(profile, target: PoolTarget(pool), recorder: recorder, clock: clock)
            let result = await run.run()
            try await pool.shutdown()
            return result
        }
        #expect(result.overall.totals[.recharges] == 50, "\(result.text)")
        #expect(result.overall.latency[.service]?.count == 50)
        #expect(result.series.samples.allSatisfy { $0.queueDepths.count == 1 })
    }

    @Test func callersAskInBatches() throws {
        let result = try Self.run("{callers: 3, batch: 50, think: 100ms}")
        #expect(result.overall.totals[.recharges] == 3_000)
        #expect(result.overall.offered == 3_000)
        #expect(result.overall.latency[.scheduleLag] == nil)
    }
}
