import Foundation
import Testing

@Suite struct ProfileCommandTests {
    @Test func `many profiles are checked, and everything wrong in any of them is told`() async throws {
        try await Tool.with { tool in
            let good = try tool.file("good.yaml", Profiles.small())
            let bad = try tool.file("bad.yaml", "version: 1\nname: bad\nstages: [{name: a, duration: 1x}]\nspeed: 3\n")
            #expect(try tool.run("validate", good, good).code == 0)
            let outcome = try tool.run("validate", bad, good)
            #expect(outcome.code == 104)
            #expect(outcome.output == "\(good): valid\n")
            for place in ["bad.yaml:3:30", "bad.yaml:4:1", "1 of 2 profiles cannot be used"] {
                #expect(outcome.errors.contains(place), "\(outcome.errors)")
            }
        }
    }

    @Test func `a plan tells what arrives, and the same seed plans the same`() async throws {
        try await Tool.with { tool in
            let profile = try tool.file("long.yaml", Profiles.long)
            let plans = try [[], [], ["--seed", "7"]].map { try tool.run(["plan", profile] + $0) }
            #expect(plans.map(\.code) == [0, 0, 0])
            #expect(plans[0].output.contains("300 accounts, 150 suspended"))
            #expect(plans[0].output.contains("arrivals digest "))
            #expect(plans[0].output == plans[1].output && plans[0].output != plans[2].output)
        }
    }

    private struct Report: Decodable {
        struct Finding: Decodable {
            struct Answer: Decodable {
                var kind: String
                var holds: Double?
                var fails: Double?
            }
            struct Trial: Decodable {
                var rate: Double
                var outcome: String
                var isConfirmation: Bool
            }
            var settings: [String: String]
            var answer: Answer?
            var trials: [Trial]
        }
        var schemaVersion: Int
        var findings: [Finding]
    }

    /// 50 ms or 20 ms of one core for each command are twenty or fifty of them a second. A queue that grows by more than a
    /// fiftieth of that is longer than 200 ms after ten seconds.
    @Test(arguments: [("50ms", 20.0), ("20ms", 50.0)])
    func `search finds a planted capacity within five percent`(_ command: String, _ capacity: Double) async throws {
        try await Tool.with { tool in
            let outcome = try tool.run(
                "search",
                try tool.file("planted.yaml", Profiles.planted(command: command)),
                "--virtual-time",
                "--slo",
                "settle p99 < 200ms",
                "--rate",
                "recharges",
                "--within",
                "2%",
                "--format",
                "json"
            )
            #expect(outcome.code == 0, "\(outcome.errors)")
            let report = try JSONDecoder().decode(Report.self, from: Data(outcome.output.utf8))
            #expect(report.schemaVersion == 1)
            let finding = try #require(report.findings.first)
            #expect(finding.answer?.kind == "found")
            #expect(abs(try #require(finding.answer?.holds) / capacity - 1) < 0.05)
            #expect(finding.trials.last?.isConfirmation == true)
            #expect(outcome.errors.split(separator: "\n").contains { $0.hasPrefix("confirm ") })
        }
    }

    /// Each run of a search catches what the one before has caught.
    @Test func `a search that is interrupted in a later run tells what it knows`() async throws {
        try await Tool.with { tool in
            let profile = try tool.file("fast.yaml", Profiles.planted(command: "1us"))
            let running = try tool.start(
                "search",
                profile,
                "--virtual-time",
                "--slo",
                "settle p99 < 200ms",
                "--rate",
                "recharges"
            )
            #expect(running.waitForLine(" holds "))
            running.send(SIGINT)
            let outcome = running.finish()
            #expect(outcome.code == 105)
            #expect(outcome.output.contains("holds"), "\(outcome.output)")
        }
    }

    @Test func `search tabulates settings, and says when nothing holds`() async throws {
        try await Tool.with { tool in
            let profile = try tool.file("planted.yaml", Profiles.planted(command: "10ms"))
            let table = try tool.run(
                "search",
                profile,
                "--virtual-time",
                "--quiet",
                "--vary",
                "calibration.command=1ms,2ms"
            )
            #expect(table.code == 0 && table.errors == "", "\(table.errors)")
            #expect(table.output.contains("\n1ms ") && table.output.contains("\n2ms "), "\(table.output)")
            let none = try tool.run(
                "search",
                profile,
                "--virtual-time",
                "--quiet",
                "--slo",
                "settle p50 < 1ms",
                "--rate",
                "recharges"
            )
            #expect(none.code == 99 && none.output.hasPrefix("does not hold even at 1.0/s"), "\(none.output)")
            for wrong in [
                ["--slo", "settle p50 < 1ms"], ["--vary", "nonsense"], ["--up-to", "5", "--vary", "pool.shards=1"],
                ["--vary", "pool.shard=1,2"], [],
            ] {
                #expect(try tool.run(["search", profile, "--virtual-time"] + wrong).code == 104)
            }
        }
    }

    @Test func `compare ends with 0, 99 or 106`() async throws {
        try await Tool.with { tool in
            let fast = try tool.file("fast.yaml", Profiles.planted(command: "5ms"))
            let slow = try tool.file("slow.yaml", Profiles.planted(command: "6ms"))
            let same = try tool.run("compare", fast, fast, "--repeat", "4", "--virtual-time", "--quiet")
            #expect(same.code == 0 && same.output.hasPrefix("no difference shown"), "\(same.output)\(same.errors)")
            let worse = try tool.run(
                "compare",
                fast,
                slow,
                "--repeat",
                "4",
                "--virtual-time",
                "--seed",
                "3",
                "--fail-over",
                "5%"
            )
            #expect(worse.code == 99, "\(worse.output)")
            #expect(worse.output.contains("worse: ") && worse.output.contains("service p50"))

            let bound = try tool.file("bound.yaml", Profiles.small(thresholds: "[settle p99 < 1us]"))
            _ = try tool.run("run", bound, "--quiet", "--json", tool.path("bound.json"))
            #expect(try tool.run("compare", tool.path("bound.json"), tool.path("bound.json")).code == 106)
            #expect(try tool.run("compare", fast, slow).code == 104)
            #expect(try tool.run("compare", fast, tool.path("none.yaml"), "--repeat", "4").code == 104)
        }
    }
}
