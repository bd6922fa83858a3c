import Settlement
import Testing

@testable import SettlementLoad

/// Thresholds over windows, over recoveries, and those that end a run.
@Suite struct ThresholdTests {
    private static let second: Int64 = 1_000_000_000

    /// Ten seconds; in second number `spike` latencies are 90 ms instead of 10 ms, and five of 100 arrivals are rejected.
    private static func series(spike: Int64) -> RunSeries {
        var series = RunSeries()
        for tenth in 0..<100 as Range<Int64> {
            var sample = RunSample(start: tenth * second / 10, duration: second / 10)
            let isSpike = tenth / 10 == spike
            var counts = LatencyCounts()
            counts.append(UInt16(LatencySlots.slot(of: isSpike ? 90_000_000 : 10_000_000)), 10)
            counts.max = isSpike ? 90_000_000 : 10_000_000
            sample.latency[.settle] = counts
            sample.offered = 100
            sample.totals[.rejected] = isSpike ? 5 : 0
            sample.totals[.recharges] = 100
            series.append(sample)
        }
        return series
    }

    private static func evaluate(_ text: String, spike: Int64 = 6, faults: [FaultResult] = []) throws -> ThresholdResult
    {
        let threshold = try Threshold(parsing: text, stages: ["a", "b"], faults: faults.map(\.name))
        let ranges = [0..<5 * second, 5 * second..<10 * second]
        return threshold.evaluated(
            on: ThresholdEvidence(
                part: nil,
                series: series(spike: spike),
                ranges: threshold.stage == nil ? [0..<10 * second] : [ranges[threshold.stage == "a" ? 0 : 1]],
                faults: faults
            )
        )
    }

    @Test func windowsFindWhatTheWholeHides() throws {
        // 1,000 of 10,000 latencies are slow: p50 of all is fine, p50 of the worst second is not.
        #expect(try Self.evaluate("settle p50 < 50ms every 10s").passed)
        let worst = try Self.evaluate("settle p50 < 50ms every 1s")
        #expect(!worst.passed)
        #expect(worst.observed == 90_000_000)
        #expect(worst.observedText == "90.0 ms from 6.00 s")
        #expect(try Self.evaluate("settle p50 < 50ms @a every 1s").passed)
        #expect(try !Self.evaluate("settle p50 < 50ms @b every 1s").passed)
    }

    @Test func slidingWindowsStraddleWhatFixedOnesCut() throws {
        // From 6.0 to 7.0: the fixed windows 5–6.5 and 6.5–8 both have a third of slow ones, a sliding one has two thirds.
        #expect(try Self.evaluate("settle p50 < 50ms @b every 1500ms").passed)
        #expect(try !Self.evaluate("settle p50 < 50ms @b window 1500ms").passed)
    }

    @Test func countsRatesAndSharesOfWindows() throws {
        #expect(try Self.evaluate("rejected rate < 6% every 1s").observed == 0.05)
        #expect(try !Self.evaluate("rejected rate < 5% every 1s").passed)
        #expect(try Self.evaluate("recharges rate == 1000/s every 2s").passed)
        #expect(try Self.evaluate("recharges count == 2000 every 2s").passed)
        #expect(try Self.evaluate("rejected count < 51 window 1s").observed == 50)
        #expect(try Self.evaluate("settle p99 < 1s every 60s").observed == 90_000_000, "a short run is one window")
        #expect(try !Self.evaluate("notify p99 < 1s every 1s").passed, "what was not measured is not met")
    }

    @Test func recoveriesAreOfOneFaultOrOfAll() throws {
        let faults = [
            FaultResult(name: "out", kind: "region-outage", start: 0, end: Self.second, recovered: 3 * Self.second),
            FaultResult(name: "disk", kind: "slow-disk", start: 0, end: Self.second, recovered: Self.second),
        ]
        #expect(try Self.evaluate("recovery max < 3s", faults: faults).observed == 2e9)
        #expect(try !Self.evaluate("recovery max < 2s @out", faults: faults).passed)
        #expect(try Self.evaluate("recovery max < 1ms @disk", faults: faults).passed)
        let lasting = [FaultResult(name: "out", kind: "region-outage", start: 0, end: Self.second)]
        let result = try Self.evaluate("recovery max < 3s", faults: lasting)
        #expect(!result.passed)
        #expect(result.observedText == "out did not recover")
    }

    @Test(arguments: [
        ("settle p50 < 50ms every", 23, "the threshold ends too early"),
        ("settle p50 < 50ms every 1", 24, "'1' has no unit"),
        ("settle p50 < 50ms window 1ms", 25, "'1ms' is too short"),
        ("settle p50 < 50ms evry 1s", 18, "'evry' is one word too many"),
        ("recovery p99 < 1s", 9, "'p99' does not go with recovery"),
        ("recovery max < 1s @uot", 19, "'uot' is no fault of this profile"),
        ("settle p50 < 50ms every 1s @a", 27, "'@a' is one word too many"),
    ])
    func errorsHaveTheirPlace(_ text: String, _ offset: Int, _ problem: String) {
        let error = #expect(throws: ThresholdProblem.self) {
            try Threshold(parsing: text, stages: ["a"], faults: ["out"])
        }
        #expect(error?.offset == offset)
        #expect(error?.problem == problem)
    }

    @Test func runIsEndedOnlyAfterTheDelay() throws {
        var threshold = try Threshold(parsing: "settle p99 < 50ms every 1s", stages: [])
        let ranges = [0..<10 * Self.second]
        let series = Self.series(spike: 6)
        #expect(threshold.interim(on: series, ranges: ranges, now: 8 * Self.second) == nil, "it does not ask for it")
        threshold.abortDelay = 7 * Self.second
        #expect(threshold.interim(on: series, ranges: ranges, now: 6 * Self.second) == nil)
        #expect(
            threshold.interim(on: series, ranges: ranges, now: 9 * Self.second)?.passed == true,
            "the spike was before"
        )
        threshold.abortDelay = 0
        #expect(threshold.interim(on: series, ranges: ranges, now: 6 * Self.second)?.passed == true)
        #expect(threshold.interim(on: series, ranges: ranges, now: 8 * Self.second)?.passed == false)
    }
}
