import Foundation
import Settlement
import Testing

@testable import SettlementLoad

@Suite struct ComparisonTests {
    /// A run of 30 s on a machine whose speed wanders by some percent, as neighbours come and go.
    ///
    /// - Parameters:
    ///   - wander: how far the speed of a second is from the mean, as a standard deviation; half of it is
    ///     inherited by the next second.
    static func run(seed: UInt64, slowdown: Double = 1, wander: Double = 0.06, samples: Int = 60) throws -> RunResult {
        var random = RandomStream(seed: seed, purpose: .queries)
        var result = RunResultTests.result(try RunResultTests.profile())
        result.stages = Array(result.stages.dropFirst())
        for index in result.stages.indices { result.stages[index].part.duration = 15_000_000_000 }
        var series = RunSeries()
        var whole: [PathStage: LatencyHistogram] = [:]
        var speed = 0.0
        for second in 0..<30 as Range<Int64> {
            speed = 0.5 * speed + wander * random.standardNormal()
            var sample = RunSample(start: second * 1_000_000_000, duration: 1_000_000_000)
            (sample.offered, sample.answered) = (200, 200)
            // The second stage is slower than the first: strata must not mix.
            let base = (second < 15 ? 1.0 : 2.0) * (1 + speed)
            for stage in [PathStage.scheduleLag, .service, .settle] {
                let planted = stage == .service ? slowdown : 1
                var counts = OpenLatencyCounts()
                for _ in 0..<samples {
                    let shape = PortableMath.exp(0.5 * random.standardNormal())
                    let value = Int64(100_000 * Double(stage.index + 1) * base * planted * shape)
                    counts.record(value)
                    whole[stage, default: LatencyHistogram()].record(value)
                }
                sample.latency[stage] = counts.take()
            }
            series.append(sample)
        }
        result.series = series
        result.overall.latency = LatencyTable()
        for (stage, histogram) in whole { result.overall.latency[stage] = histogram.summary }
        return result
    }

    @Test func theSameThingTwiceShowsNoDifference() throws {
        var differences = 0
        for pair in 0..<20 as Range<UInt64> {
            let comparison = Comparison(
                [try Self.run(seed: 2 * pair)],
                [try Self.run(seed: 2 * pair + 1)],
                names: ("a", "b"),
                resamples: 40
            )
            #expect(comparison.metrics.count == 5)
            if comparison.metrics.contains(where: { $0.verdict != .noDifferenceShown }) { differences += 1 }
        }
        #expect(differences <= 1)
    }

    @Test func aPlantedSlowdownIsFoundWhereItIs() throws {
        var found = 0
        for pair in 0..<5 as Range<UInt64> {
            let comparison = Comparison(
                [try Self.run(seed: 100 + pair, wander: 0.02, samples: 200)],
                [try Self.run(seed: 200 + pair, slowdown: 1.1, wander: 0.02, samples: 200)],
                names: ("a", "b"),
                resamples: 40
            )
            let worse = comparison.metrics.filter { $0.verdict == .worse }
            #expect(worse.allSatisfy { $0.metric.name.hasPrefix("service") })
            if let p50 = worse.first(where: { $0.metric.name == "service p50" }) {
                found += 1
                #expect(p50.interval.contains(p50.ratio))
                #expect(abs(p50.ratio - 1.1) < 0.04)
                #expect(p50.noiseFloor < 0.1)
            }
        }
        #expect(found == 5)
    }

    @Test func severalRunsASideShowWhatOneCannot() throws {
        let a = try (0..<5 as Range<UInt64>).map { try Self.run(seed: 300 + $0, wander: 0.02, samples: 200) }
        let b = try (0..<5 as Range<UInt64>).map {
            try Self.run(seed: 400 + $0, slowdown: 1.1, wander: 0.02, samples: 200)
        }
        let comparison = Comparison(a, b, names: ("a", "b"), resamples: 40)
        #expect(comparison.regressions(over: 0.05).map(\.metric.name).contains("service p50"))
        #expect(comparison.regressions(over: 0.5).isEmpty)
        let back = Comparison(b, a, names: ("b", "a"), resamples: 40)
        #expect(back.metrics.first { $0.metric.name == "service p50" }?.verdict == .better)
        #expect(
            Comparison(a, a, names: ("a", "a"), resamples: 40).metrics.allSatisfy { $0.verdict == .noDifferenceShown }
        )
    }

    /// A machine that was busy with something else for the whole second run delays the generator too.
    @Test func aBusyMachineIsNoRegression() throws {
        let quiet = try Self.run(seed: 1)
        var busy = try Self.run(seed: 2)
        let slow = try Self.run(seed: 2, slowdown: 1.3)
        busy.series = slow.series
        busy.overall.latency = slow.overall.latency
        busy.overall.latency[.scheduleLag]?.p50 *= 5
        #expect(Comparison([quiet], [busy], names: ("a", "b"), resamples: 40).regressions(over: 0).isEmpty)
    }

    @Test func isWrittenForPeopleAndPrograms() throws {
        let comparison = Comparison(
            [try Self.run(seed: 1)],
            [try Self.run(seed: 2)],
            names: ("<a>", "b|c"),
            resamples: 40
        )
        #expect(comparison.text.hasPrefix("no difference shown in 5 metrics\n"))
        #expect(comparison.text.contains("service p50"))
        #expect(comparison.json.contains("\"verdict\" : \"no difference shown\""))
        #expect(comparison.markdown.contains("| service p50 |"))
        #expect(ReportTests.isWellFormed(comparison.report))
        #expect(comparison.report.contains("&lt;a&gt; (A) and b|c (B)"))
        #expect(comparison.report.utf8.count < 300_000)
    }

    /// Values worked out by hand: U = 6 of 9 without ties, so z = (6 − 4.5 − 0.5) / √(9 · 7 / 12).
    @Test func ranksAreMannAndWhitneys() {
        let z = SignificanceTest.mannWhitney([([1, 3, 5], [2, 4, 6])])
        #expect(abs(z - 1 / (63.0 / 12).squareRoot()) < 1e-12)
        #expect(SignificanceTest.mannWhitney([([2, 4, 6], [1, 3, 5])]) == -z)
        #expect(SignificanceTest.mannWhitney([([1, 1], [1, 1])]) == 0)
        // U = 8 of 9; three 2s and two 3s take 30 / 30 from the spread of 7: z = (8 − 4.5 − 0.5) / √(9 · 6 / 12).
        #expect(abs(SignificanceTest.mannWhitney([([1, 2, 2], [2, 3, 3])]) - 2.0.squareRoot()) < 1e-12)
        #expect(SignificanceTest.mannWhitney([([], [1])]) == 0)
    }

    @Test func theBootstrapsIntervalIsTheMiddleOfItsDraws() {
        let numbers = (0..<1_000).map(Double.init)
        #expect(Resampling.interval(numbers.reversed()) == 25...974)
        var random = RandomStream(seed: 1, purpose: .resampling)
        let drawn = Resampling.draw(numbers, &random)
        #expect(drawn.count == 1_000 && drawn.allSatisfy(numbers.contains))
        // With replacement, 1 − 1/e of all are drawn.
        #expect((600...660).contains(Set(drawn).count))
        let places = Resampling.blocks(100, length: 4, &random)
        #expect(places.count == 100 && places.allSatisfy((0..<100).contains))
        #expect(zip(places, places.dropFirst()).count { $0 + 1 == $1 } >= 75, "neighbours stay together")
        // The interval of a median of a hundred draws is as wide as theory says: ±1.96 · 1.2533 σ / √n.
        let normal = (0..<400).map { _ in random.standardNormal() }
        let medians = (0..<400).map { _ in Comparison.median(Resampling.draw(normal, &random)) }
        let interval = Resampling.interval(medians)
        #expect(abs((interval.upperBound - interval.lowerBound) / (2 * 1.96 * 1.2533 / 20) - 1) < 0.35)
    }

    /// Tables of the t distribution: with 5 degrees of freedom, 2.571 bounds 5 %.
    @Test func studentsBoundIsThatOfTheTables() {
        let student = SignificanceTest.student([1, 2, 3, 4, 5, 6], level: 0.05)
        let error = (3.5 / 6.0).squareRoot()
        #expect(abs(student.halfWidth / error - 2.571) < 0.02)
        #expect(abs(SignificanceTest.normalBound(0.05) - 1.959964) < 1e-5)
        #expect(SignificanceTest.student([1, 2], level: 0.05).p == 1)
        #expect(abs(SignificanceTest.correlationTime([[1, 1, 1, 1, -1, -1, -1, -1, 1, 1, 1, 1]]) - 1) > 0.5)
    }

    @Test func worseningIsAPartOfA() throws {
        let comparison = Comparison([try Self.run(seed: 1)], [try Self.run(seed: 2)], names: ("a", "b"), resamples: 40)
        var metric = try #require(comparison.metrics.first { !$0.metric.isMoreBetter })
        metric.ratio = 1.095
        #expect(abs(metric.worsening - 0.095) < 1e-9)
        metric.metric = try #require(ComparedMetric.all.first { $0.isMoreBetter })
        metric.ratio = 0.905
        #expect(abs(metric.worsening - 0.095) < 1e-9)
    }

    @Test func whatIsNotValidIsNotJudged() throws {
        let good = try Self.run(seed: 1)
        var bound = try Self.run(seed: 2)
        bound.verdict = .generatorBound
        #expect(Comparison([good], [good], names: ("a", "b"), resamples: 40).isValid == (good.verdict == .valid))
        #expect(!Comparison([good], [bound], names: ("a", "b"), resamples: 40).isValid)
    }
}
