import Foundation
import Settlement
import Testing

@testable import SettlementLoad

@Suite struct RunSeriesTests {
    @Test func slotsAreTwoDigitsAndWithoutGaps() {
        for value in [0, 1, 255, 256, 257, 511, 512, 1_000, 12_345, 999_999_999, 3_600_000_000_000] as [Int64] {
            let slot = LatencySlots.slot(of: value)
            #expect(LatencySlots.lowerEdge(of: slot) <= value && value <= LatencySlots.upperEdge(of: slot))
            #expect(Double(LatencySlots.upperEdge(of: slot)) <= Double(value) * 1.008)
        }
        for slot in 1..<LatencySlots.count {
            #expect(LatencySlots.slot(of: LatencySlots.upperEdge(of: slot - 1) + 1) == slot)
        }
        #expect(LatencySlots.slot(of: .max) == LatencySlots.count - 1)
    }

    /// A histogram in parts, merged, tells the same as one of everything.
    @Test func mergedHistogramsAreThoseOfEverything() throws {
        var (whole, parts) = (OpenLatencyCounts(), (0..<3).map { _ in OpenLatencyCounts() })
        var random = RandomStream(seed: 7, purpose: .queries)
        for index in 0..<3_000 {
            let value = Int64(random.next() % 50_000_000)
            whole.record(value)
            parts[index % 3].record(value)
        }
        var merged = LatencyCounts()
        for index in parts.indices { merged.add(parts[index].take()) }
        let expected = whole.take()
        #expect(merged == expected)
        let p50 = try #require(merged.summary?.p50)
        #expect(abs(p50 - 25_000_000) < 1_500_000)
        #expect(abs(try #require(merged.mean) - 25_000_000) < 1_500_000)
        #expect(try JSONDecoder().decode(LatencyCounts.self, from: JSONEncoder().encode(merged)) == merged)
    }

    @Test(arguments: ["\"9 0\"", "\"9 1*0\"", "\"9 1*x\"", "\"9 99999\"", "\"9 -1\"", "\"9 3*\""])
    func refusesAHistogramThatIsNone(_ text: String) {
        #expect(throws: DecodingError.self) { try JSONDecoder().decode(LatencyCounts.self, from: Data(text.utf8)) }
    }

    static func sample(_ index: Int64, width: Int64 = 100_000_000) -> RunSample {
        var sample = RunSample(start: index * width, duration: width)
        sample.answered = 2
        sample.totals[.rejected] = 1
        sample.queueDepths = [Int(index % 7), 1]
        sample.cpuNanoseconds = 1_000
        sample.residentBytes = 1_000_000 + index
        var counts = OpenLatencyCounts()
        counts.record(index + 1)
        sample.latency[.settle] = counts.take()
        return sample
    }

    @Test func aRunOfTenMinutesHasSixHundredCellsAndLosesNothing() {
        var series = RunSeries()
        for index in 0..<6_000 {
            series.append(Self.sample(Int64(index)))
            #expect(series.samples.count <= RunSeries.capacity)
        }
        #expect((series.width, series.samples.count) == (1_000_000_000, 600))
        #expect(series.samples.allSatisfy { $0.answered == 20 && $0.queueDepths == [6, 1] })
        let all = series.merged(from: 0, to: .max)
        #expect(all?.latency[.settle]?.count == 6_000)
        #expect(all?.latency[.settle]?.max == 6_000)
        #expect((all?.totals[.rejected], all?.cpuNanoseconds, all?.residentBytes) == (6_000, 6_000_000, 1_005_999))
        #expect(all?.duration == 600_000_000_000)
        let coarse = series.coarsened(to: 100)
        #expect((coarse.width, coarse.samples.count) == (10_000_000_000, 60))
        #expect(coarse.merged(from: 0, to: .max) == all)
    }

    @Test func aShortRunKeepsItsTenths() {
        var series = RunSeries()
        for index in 0..<20 { series.append(Self.sample(Int64(index))) }
        #expect(series.samples.count == 20)
        #expect(series.coarsened(to: 100).samples.count == 20)
        #expect(series.coarsened(to: 100, width: 1_000_000_000).samples.map(\.answered) == [20, 20])
        #expect(series.merged(from: 500_000_000, to: 700_000_000)?.answered == 4)
        #expect(series.merged(from: 5_000_000_000, to: 6_000_000_000) == nil)
    }

    /// An arrival belongs to its intended time, also when the generator comes to it much later.
    @Test func countsLateArrivalsWhereTheyWereDue() {
        let recorder = SeriesRecorder(regions: [])
        recorder.offer(at: [0, 50, 99_999_999])
        for index in 0..<3 { _ = recorder.append(Self.sample(Int64(index))) }
        recorder.offer(at: [10, 150_000_000, 150_000_001, 299_999_999, 300_000_000])
        _ = recorder.append(Self.sample(3))
        #expect(recorder.series.samples.map(\.offered) == [4, 2, 1, 1])
    }
}
