import Settlement
import Testing

@testable import SettlementLoad

@Suite struct RunResultTests {
    static let host = HostFacts(
        system: "Linux",
        processors: 2,
        memoryBytes: 8_589_934_592,
        cpuNanoseconds: 31_400_000_000,
        peakMemoryBytes: 268_435_456,
        isOptimized: true
    )

    static func profile(_ thresholds: [String] = []) throws -> LoadProfile {
        let list = thresholds.isEmpty ? "" : "thresholds:\n" + thresholds.map { "  - \($0)\n" }.joined()
        return try LoadProfile(
            yaml: """
                version: 1
                name: example
                stages:
                  - {name: warm, duration: 1s, exclude: true}
                  - {name: before, duration: 10s}
                  - {name: peak, duration: 10s, tags: [month-end]}
                \(list)
                """,
            file: "example.yaml"
        ) { _ in true }
    }

    /// 1 ... 1,000 for the first latency, twice as much for the second and so on, times `scale`.
    static func latencies(_ scale: Int64) -> LatencyTable {
        var table = LatencyTable()
        for (index, name) in PathStage.allCases.enumerated() {
            let unit = scale * Int64(index + 1)
            var summary = LatencySummary(count: 1_000, max: 1_000 * unit)
            for statistic in LatencyStatistic.allCases {
                summary[statistic] = (statistic.tenThousandths + 9) / 10 * unit
            }
            table[name] = summary
        }
        return table
    }

    static func part(offered: Int64 = 5_000, submitted: Int64? = nil, answered: Int64? = nil, scale: Int64 = 1_000)
        -> RunPart
    {
        var totals = TotalTable()
        totals[.recharges] = offered
        totals[.writeOffs] = 3_000_000
        totals[.rejected] = 4
        return RunPart(
            duration: 10_000_000_000,
            offered: offered,
            submitted: submitted ?? offered,
            answered: answered ?? submitted ?? offered,
            totals: totals,
            latency: latencies(scale)
        )
    }

    static func result(
        _ profile: LoadProfile,
        before: RunPart = part(),
        peak: RunPart = part(scale: 3_000),
        conserved: Bool = true,
        interruption: String? = nil,
        unanswered: Int64 = 0,
        unfinishedStarts: Int64 = 0
    ) -> RunResult {
        let stages = zip(profile.stages, [part(submitted: 10, answered: 10), before, peak]).map {
            StageResult($0, part: $1)
        }
        var facts = RunFacts(
            digest: "00112233445566778899aabbccddeeff",
            arrivalsDigest: Digest(of: "arrivals"),
            audit: AuditResult(conserved: conserved, findings: conserved ? [] : ["CNY cash is 1 too small"]),
            latency: latencies(3_000),
            bulkLatency: LatencyTable(),
            host: host
        )
        facts.interruption = interruption
        (facts.unanswered, facts.unfinishedStarts) = (unanswered, unfinishedStarts)
        return RunResult(profile, stages: stages, facts: facts)
    }

    @Test func addsUpTheStagesThatCount() throws {
        let result = Self.result(try Self.profile())
        #expect(result.overall.offered == 10_000)
        #expect(result.overall.totals[.writeOffs] == 6_000_000)
        #expect(result.overall.rates.writeOffsPerSecond == 300_000)
        #expect(result.overall.duration == 20_000_000_000)
        #expect(result.verdict == .valid)
        #expect(result.passed)
    }

    @Test(arguments: [
        ("queue_wait p99 < 2ms @before", "1.98 ms", true), ("queue_wait p99 < 2ms @peak", "5.94 ms", false),
        ("settle max <= 15ms", "15.0 ms", true), ("writeOffs count == 6000000", "6,000,000", true),
        ("writeOffs count == 3M @peak", "3,000,000", true), ("writeOffs rate > 300k/s @peak", "300k/s", false),
        ("writeOffs rate >= 300k/s @peak", "300k/s", true), ("rejected rate < 0.1%", "0.080 %", true),
        ("rejected rate < 0.05%", "0.080 %", false), ("recharges count != 1", "10,000", true),
        ("instancesStarted count > 0", "not measured", false),
    ])
    func holdsThresholds(_ expression: String, _ observed: String, _ passed: Bool) throws {
        let result = Self.result(try Self.profile([expression]))
        #expect(result.thresholds.map(\.expression) == [expression])
        #expect(result.thresholds.map(\.observedText) == [observed])
        #expect(result.thresholds.map(\.passed) == [passed])
        #expect(result.passed == passed)
    }

    @Test func callsAGeneratorThatCannotKeepUpByItsName() throws {
        let starved = Self.result(try Self.profile(), peak: Self.part(submitted: 4_940))
        #expect(starved.verdict == .generatorBound)
        #expect(starved.verdictReason == "in stage peak only 4,940 of 5,000 arrivals were handed over in time")
        #expect(!starved.passed)
        let late = Self.result(try Self.profile(), before: Self.part(scale: 60_000))
        #expect(late.verdict == .generatorBound)
        #expect(late.verdictReason == "in stage before the generator was 59.4 ms late at p99, more than 50.0 ms")
    }

    @Test(
        arguments: [
            ([], 50_000_000), (["settle p99 < 28ms", "recharge_to_start max <= 2s"], 14_000_000),
            (["queue_wait p99 < 5ms", "settle p50 > 1ms"], 50_000_000),
        ] as [([String], Int64)]
    )
    func theGeneratorMayUseHalfOfWhatIsAllowed(_ thresholds: [String], _ nanoseconds: Int64) throws {
        #expect(GeneratorLimits(try Self.profile(thresholds)).scheduleLag == nanoseconds)
    }

    @Test func callsARunThatDidNotEndIncomplete() throws {
        let stopped = Self.result(try Self.profile(), interruption: "stopped by the user in stage peak")
        #expect(stopped.verdict == .incomplete)
        #expect(stopped.headline == "example: FAILED, incomplete: stopped by the user in stage peak")
        let lost = Self.result(try Self.profile(), unanswered: 2)
        #expect(lost.verdictReason == "2 arrivals were never answered")
        let cut = Self.result(try Self.profile(), unfinishedStarts: 3)
        #expect(cut.verdict == .incomplete)
        #expect(cut.verdictReason.hasPrefix("3 starts were still under way"))
    }

    @Test func failsWhenMoneyIsNotConserved() throws {
        let result = Self.result(try Self.profile(), conserved: false)
        #expect(result.verdict == .valid)
        #expect(!result.passed)
        #expect(result.text.contains("MONEY IS NOT CONSERVED"))
        #expect(result.text.contains("CNY cash is 1 too small"))
        #expect(result.junit.contains("failures=\"1\""))
    }

    @Test func jsonComesBackTheSame() throws {
        let result = Self.result(try Self.profile(["queue_wait p99 < 2ms", "instancesStarted count > 0"]))
        #expect(try RunResult(json: result.json) == result)
        #expect(try RunResult(json: result.json).json == result.json)
        let newer = result.json.replacing("\"schemaVersion\" : 1", with: "\"schemaVersion\" : 2")
        #expect(throws: DecodingError.self) { try RunResult(json: newer) }
    }

    /// The paths on which scripts rely.
    @Test func jsonHasItsDocumentedShape() throws {
        let json = Self.result(try Self.profile(["queue_wait p99 < 2ms"])).json
        for member in [
            "\"schemaVersion\" : 1", "\"profile\" : \"example\"", "\"seed\" : 42", "\"verdict\" : \"valid\"",
            "\"writeOffsPerSecond\" : 300000", "\"recharge_to_start\" : {", "\"p99_9\" : ", "\"conserved\" : true",
            "\"expression\" : \"queue_wait p99 < 2ms\"",
        ] {
            #expect(json.contains(member))
        }
    }

    @Test func textTellsThresholdsFirstAndAllLatencies() throws {
        let text = Self.result(try Self.profile(["queue_wait p99 < 2ms @peak"])).text
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        #expect(lines[0] == "example: FAILED, 1 of 1 thresholds not met")
        #expect(lines[2] == "thresholds")
        #expect(lines[3].hasPrefix("  ✗  queue_wait p99 < 2ms @peak"))
        for name in PathStage.allCases { #expect(text.contains("  \(name.rawValue) ")) }
        #expect(lines.filter { $0.count > 80 } == [])
    }

    @Test func junitIsEscaped() throws {
        let junit = Self.result(try Self.profile(["queue_wait p99 < 2ms @peak"])).junit
        #expect(junit.contains("name=\"queue_wait p99 &lt; 2ms @peak\"><failure message=\"observed 5.94 ms\"/>"))
        #expect(junit.contains("<testsuite name=\"example\" tests=\"3\" failures=\"1\" time=\"20.000\">"))
    }

    @Test func junitFailsForVerdictAndAuditToo() throws {
        var result = Self.result(try Self.profile(["queue_wait p99 < 2ms @peak"]))
        (result.verdict, result.verdictReason) = (.incomplete, "it ended < early")
        result.audit = AuditResult(conserved: false, findings: ["1 is missing", "2 are left"])
        #expect(result.junit.contains("tests=\"3\" failures=\"3\""))
        #expect(result.junit.contains("name=\"verdict\"><failure message=\"incomplete: it ended &lt; early\"/>"))
        #expect(result.junit.contains("<failure message=\"money is not conserved: 1 is missing; 2 are left\"/>"))
    }

    @Test func notesSayWhenNothingWasDurable() throws {
        var profile = try Self.profile()
        profile.pool.sync = .off
        #expect(Self.result(profile).notes.count == 1)
        profile.pool.journal = .memory
        #expect(Self.result(profile).notes == ["The journal was kept in memory: nothing was durable."])
    }

    @Test func hostKnowsItself() {
        let host = HostFacts.current()
        #expect(host.processors > 0)
        #expect(host.memoryBytes > 1 << 20)
        #expect(host.peakMemoryBytes > 1 << 20)
        #expect(host.cpuNanoseconds > 0)
    }
}
