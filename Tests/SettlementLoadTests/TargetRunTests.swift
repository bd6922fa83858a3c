import Settlement
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

        var now: Timestamp { Timestamp(nanoseconds: clock.monotonicNanoseconds) }

        private func wait() async {
            guard stall.contains(clock.monotonicNanoseconds - origin) else { return }
            try? await clock.sleep(untilMonotonic: origin + stall.upperBound)
        }

        func submit(_ batch: CommandBatch) async -> [Submission] {
            await wait()
            return batch.commands.map { _ in .settled(Outcome()) }
        }
        func writeOffOneBill(of account: AccountID, draw: UInt64) async -> Submission? { nil }
        func read(_ account: AccountID) async throws(SettlementError) { await wait() }
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
        lateness: Int64 = 0
    ) throws -> RunResult {
        let profile = try LoadProfile(
            yaml: """
                version: 1
                name: stub
                population: {accounts: 100}
                stages: [{name: only, duration: 2s, recharges: \(load)}]
                thresholds: [failed count == 0]
                """,
            file: "stub.yaml"
        )
        return try Simulation(seed: 1).run { clock in
            let target = StallingTarget(clock: clock, origin: clock.monotonicNanoseconds, stall: stall)
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

    @Test func callersAskInBatches() throws {
        let result = try Self.run("{callers: 3, batch: 50, think: 100ms}")
        #expect(result.overall.totals[.recharges] == 3_000)
        #expect(result.overall.offered == 3_000)
        #expect(result.overall.latency[.scheduleLag] == nil)
    }
}
