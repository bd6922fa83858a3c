import Foundation
import Settlement
import Testing

@testable import SettlementLoad

#if canImport(FoundationXML)
    import FoundationXML
#endif

@Suite struct ReportTests {
    /// A run with every latency in every tenth of a second, faster or slower by `slowdown`.
    static func result(
        _ seconds: Int64,
        shards: Int = 2,
        name: String = "example",
        slowdown: Double = 1,
        seed: UInt64 = 1
    )
        throws -> RunResult
    {
        var profile = try RunResultTests.profile(["recharge_to_start p99 < 28ms @peak", "settle p99 < 1us"])
        profile.name = name
        var result = RunResultTests.result(profile)
        for index in result.stages.indices {
            result.stages[index].part.duration = seconds * 1_000_000_000 / Int64(result.stages.count)
        }
        result.series = RunSeries(regions: (0..<shards).map { "region-\($0)" })
        var random = RandomStream(seed: seed, purpose: .queries)
        var whole: [PathStage: LatencyHistogram] = [:]
        for index in 0..<seconds * 10 {
            var sample = RunSample(start: index * 100_000_000, duration: 100_000_000)
            (sample.offered, sample.answered) = (100, 99)
            sample.totals[.writeOffs] = index * 10
            sample.queueDepths = (0..<shards).map { $0 * Int(index % 5) }
            sample.regionDepths = sample.queueDepths
            (sample.cpuNanoseconds, sample.residentBytes) = (120_000_000, 64 << 20)
            for stage in PathStage.allCases {
                var counts = OpenLatencyCounts()
                for _ in 0..<(seconds > 60 ? 3 : 30) {
                    let spread = 1 + 0.2 * random.standardNormal()
                    let value = Int64(1_000_000 * Double(stage.index + 1) * max(0.1, spread) * slowdown)
                    counts.record(value)
                    whole[stage, default: LatencyHistogram()].record(value)
                }
                sample.latency[stage] = counts.take()
            }
            result.series.append(sample)
        }
        for (stage, histogram) in whole {
            result.curves[stage] = histogram.curve
            result.overall.latency[stage] = histogram.summary
        }
        return result
    }

    /// Names that are too long for their bars, and too near to each other for one row.
    @Test func everyFaultIsNamed() throws {
        var chart = Chart(
            id: "c",
            title: "c",
            summary: "c",
            x: .linear(to: 100, "x", extent: Chart.across) { "\($0)" },
            y: .linear(to: 1, "y", extent: Chart.upward) { "\($0)" },
            table: ChartTable(header: [], rows: [])
        )
        chart.stretches = [("first", 10.0), ("second-and-long", 11), ("third", 50), ("last-of-all", 99)].map {
            ChartStretch(kind: .fault, name: $0.0, from: $0.1, to: $0.1 + 1)
        }
        let places = chart.html.matches(of: #/<text class="mid fault-name" x="([0-9.]+)" y="([0-9.]+)">([^<]+)</#).map {
            (x: Double($0.1) ?? 0, y: Double($0.2) ?? 0, name: String($0.3))
        }
        #expect(places.map(\.name) == ["first", "second-and-long", "third", "last-of-all"])
        #expect(places.map(\.y) == [56, 72, 56, 56])
        #expect(places.allSatisfy { $0.x > Chart.across.from && $0.x < Chart.across.to })
    }

    static func isWellFormed(_ html: String) -> Bool {
        XMLParser(data: Data(html.replacing("<!doctype html>", with: "").utf8)).parse()
    }

    @Test(arguments: [2, 600] as [Int64])
    func isOnePageWithoutScriptsWhateverTheLength(_ seconds: Int64) throws {
        let html = try Self.result(seconds, shards: 8).report
        #expect(html.utf8.count < 300_000)
        #expect(Self.isWellFormed(html))
        #expect(!html.contains("<script"))
        #expect(!html.contains("http://") && !html.contains("https://"))
        let figures = html.components(separatedBy: "<figure").count - 1
        #expect(figures == 14)
        #expect(html.components(separatedBy: "<desc").count - 1 == figures - 1)
        #expect(html.components(separatedBy: "<details").count - 1 == figures)
        // No chart is empty: every line has at least one point.
        #expect(!html.contains(" d=\"\""))
    }

    @Test func verdictAndThresholdsComeFirst() throws {
        let html = try Self.result(2).report
        let order = [
            "✗ FAILED", "✗ not met", "Offered and achieved", "over time", "id=\"heat\"", "Queue depth", "Schedule lag",
        ]
        let places = try order.map { try #require(html.range(of: $0)).lowerBound }
        #expect(places == places.sorted())
        #expect(html.contains("recharge_to_start p99 &lt; 28ms @peak"))
    }

    @Test func textOfTheProfileIsNotMarkup() throws {
        let evil = "<img src=x onerror=\"alert('1')\">&\u{1}"
        let html = try Self.result(2, name: evil).report
        #expect(!html.contains("<img"))
        #expect(html.contains("&lt;img src=x onerror=&quot;alert(&#39;1&#39;)&quot;&gt;&amp;\u{FFFD}"))
        #expect(Self.isWellFormed(html))
    }

    @Test func aRunWithoutSamplesStillHasAReport() throws {
        var result = try Self.result(2)
        result.series = RunSeries()
        result.curves = CurveTable()
        #expect(Self.isWellFormed(result.report))
        result.overall.latency = LatencyTable()
        result.stages = []
        #expect(Self.isWellFormed(result.report))
    }

    @Test func percentileFilesAreWhatThePlotterReads() throws {
        let files = try Self.result(2).hdrHistogramFiles
        #expect(files.map(\.name) == PathStage.allCases.map { "\($0.rawValue).hgrm" })
        let rows = try #require(files.first).text.split(separator: "\n").dropFirst().filter { !$0.hasPrefix("#") }
            .map { $0.split(separator: " ").compactMap { Double($0) } }
        #expect(rows.dropLast().allSatisfy { $0.count == 4 && abs($0[3] * (1 - $0[1]) - 1) < 0.01 })
        #expect(rows.last?[1] == 1)
        #expect(rows.last?[2] == 600)
        for (row, next) in zip(rows, rows.dropFirst()) { #expect(row[0] <= next[0] && row[1] < next[1]) }
    }

    @Test func seriesHasALineForEachSecond() throws {
        let lines = try Self.result(30).seriesLines.split(separator: "\n")
        #expect(lines.count == 30)
        let text = try #require(lines.last)
        let last = try #require(JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        #expect(last["start"] as? Double == 29)
        #expect(last["stage"] as? String == "peak")
        #expect(last["achieved"] as? Double == 990)
        let latency = try #require(last["latency"] as? [String: [String: Int]])
        #expect(latency["settle"]?["count"] == 300)
        #expect(lines.allSatisfy { !$0.contains("\n") })
    }

    @Test func annotationsAreEscaped() throws {
        var result = try Self.result(2, name: "a:b,c%")
        result.verdict = .incomplete
        result.verdictReason = "stopped\nby hand"
        let lines = result.githubAnnotations.split(separator: "\n").map(String.init)
        #expect(lines.count == 2)
        #expect(lines[0] == "::error title=a%3Ab%2Cc%25%3A incomplete::stopped%0Aby hand")
        #expect(lines[1].hasPrefix("::error title=a%3Ab%2Cc%25%3A threshold not met::settle p99 < 1us: observed "))
    }

    @Test func resultWithSeriesComesBackTheSame() throws {
        let result = try Self.result(2)
        #expect(try RunResult(json: result.json) == result)
    }
}
