import Settlement
import SettlementTestKit
import Testing

@testable import SettlementLoad

@Suite struct LatencyRecorderTests {
    @Test func percentilesAreThoseWorkedOutByHand() throws {
        var histogram = LatencyHistogram()
        for value in stride(from: Int64(1_000), through: 10_000_000, by: 1_000) { histogram.record(value) }
        let summary = try #require(histogram.summary)
        #expect(summary.count == 10_000)
        #expect(summary.max == 10_000_000)
        let exact: [(LatencyStatistic, Int64)] = [
            (.p50, 5_000_000), (.p90, 9_000_000), (.p95, 9_500_000), (.p99, 9_900_000), (.p99_9, 9_990_000),
            (.p99_99, 9_999_000),
        ]
        for (statistic, value) in exact {
            #expect(summary[statistic] >= value)
            #expect(summary[statistic] <= value + value / 1_000)
        }
    }

    @Test func ranksAreExactForFewValues() throws {
        var histogram = LatencyHistogram()
        for value in 1...10 { histogram.record(Int64(value)) }
        let summary = try #require(histogram.summary)
        #expect((summary.p50, summary.p90, summary.p95, summary.p99, summary.max) == (5, 9, 10, 10, 10))
        var one = LatencyHistogram()
        one.record(7)
        #expect(one.summary?.p50 == 7)
        #expect(one.summary?.p99_99 == 7)
    }

    /// Arrivals every millisecond for a second while the system stands still for 300 ms: measured from the intended
    /// time, 300 of 1,000 wait, and a third of those more than 200 ms.
    @Test func aStallShowsInFullWhenMeasuredFromTheIntendedTime() throws {
        var histogram = LatencyHistogram()
        let (stallStart, stallEnd): (Int64, Int64) = (200_000_000, 500_000_000)
        for arrival in stride(from: Int64(0), to: 1_000_000_000, by: 1_000_000) {
            let isStalled = (stallStart..<stallEnd).contains(arrival)
            histogram.record(isStalled ? stallEnd - arrival : 50_000)
        }
        let summary = try #require(histogram.summary)
        #expect(summary.p50 <= 50_050)
        #expect(summary.max == 300_000_000)
        // Rank 900 is the 200th of the waits 1 ms, 2 ms … 300 ms; rank 990 the 290th.
        #expect((200_000_000...200_200_000).contains(summary.p90))
        #expect((290_000_000...290_290_000).contains(summary.p99))
    }

    @Test func countsWhatIsBeyondItsRange() throws {
        var histogram = LatencyHistogram()
        histogram.record(10, count: 3)
        histogram.record(7_200_000_000_000)
        histogram.record(-5)
        let summary = try #require(histogram.summary)
        #expect(summary.count == 5)
        #expect(summary.max == 7_200_000_000_000)
        #expect(summary.p90 == 7_200_000_000_000)
        #expect(summary.p50 == 10)
    }

    @Test func keepsStagesAndLanesApartAndMergesThem() {
        let recorder = LatencyRecorder(stageCount: 3)
        recorder.observe(.queueWait, nanoseconds: 100, count: 1, lane: .interactive)
        recorder.observe(.queueWait, nanoseconds: 900, count: 1, lane: .bulk)
        recorder.enterStage(1)
        recorder.observe(.queueWait, nanoseconds: 200, count: 2, lane: .interactive)
        let tick = recorder.takeTick(.interactive)[.queueWait]
        #expect((tick?.count, tick?.max) == (3, 200))
        #expect(recorder.takeTick(.interactive)[.queueWait] == nil)
        recorder.observe(.queueWait, nanoseconds: [300, 301], lane: .interactive)
        recorder.enterStage(2)
        #expect(recorder.summary(.interactive, stages: [0])[.queueWait]?.max == 100)
        #expect(recorder.summary(.interactive, stages: [1])[.queueWait]?.count == 4)
        #expect(recorder.summary(.interactive, stages: [2])[.queueWait] == nil)
        let all = recorder.summary(.interactive, stages: 0..<3)[.queueWait]
        #expect((all?.count, all?.p50, all?.max) == (5, 200, 301))
        #expect(recorder.summary(.bulk, stages: 0..<3)[.queueWait]?.max == 900)
        #expect(recorder.summary(.bulk, stages: 0..<3).names == [.queueWait])
    }

    /// At 1.5 s the second stage is on; who had to wait 700 ms had come in the first.
    @Test func aWaitBelongsToTheStageOfItsArrival() {
        let clock = ManualClock()
        let recorder = LatencyRecorder(stageCount: 2)
        let times = StageTimes(origin: clock.monotonicNanoseconds, ends: [1_000_000_000, 2_000_000_000])
        recorder.restart(times, on: clock)
        clock.advance(by: 1_500_000_000)
        recorder.enterStage(1)
        for milliseconds: Int64 in [700, 400] {
            recorder.observe(.rechargeToStart, nanoseconds: milliseconds * 1_000_000, count: 1, lane: .interactive)
            recorder.observe(.start, nanoseconds: milliseconds * 1_000_000, count: 1, lane: .interactive)
        }
        let parts = [0, 1].map { recorder.summary(.interactive, stages: [$0]) }
        #expect(parts.map { $0[.rechargeToStart]?.max } == [700_000_000, 400_000_000])
        #expect(parts.map { $0[.start]?.count } == [nil, 2])
    }

    @Test func losesNothingUnderContention() async {
        let recorder = LatencyRecorder(stageCount: 2)
        await withTaskGroup(of: Void.self) { group in
            for worker in 0..<4 {
                group.addTask {
                    for value in 0..<5_000 {
                        recorder.observe(.settle, nanoseconds: Int64(value + worker), count: 1, lane: .interactive)
                    }
                }
            }
            group.addTask { recorder.enterStage(1) }
        }
        #expect(recorder.summary(.interactive, stages: 0..<2)[.settle]?.count == 20_000)
    }

    @Test func forgetsWhatWasBeforeTheRun() {
        let recorder = LatencyRecorder(stageCount: 1)
        recorder.observe(.commitWait, nanoseconds: 100, count: 1, lane: .bulk)
        recorder.restart()
        #expect(recorder.takeTick(.bulk).names == [])
        #expect(recorder.summary(.bulk, stages: [0]).names == [])
    }

    @Test func curveHasEveryQuantileToThreeDigits() {
        var histogram = LatencyHistogram()
        for value in 1...100_000 { histogram.record(Int64(value) * 1_000) }
        let curve = histogram.curve
        #expect(curve.count == 100_000)
        #expect(curve.points.count < 120)
        #expect(curve.points.last == PercentileCurve.Point(value: 100_000_000, below: 100_000))
        for share in [0.5, 0.9, 0.99, 0.999] {
            let exact = share * 1e8
            let point = Double(curve.value(at: share))
            // A point is at most a seventh of the rest further.
            #expect((exact...exact + (1e8 - exact) / 6 + exact / 1_000).contains(point))
        }
        #expect(LatencyHistogram().curve.points == [])
    }
}
