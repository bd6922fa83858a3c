import Foundation
import Testing

@testable import SettlementLoad

@Suite struct ShippedProfilesTests {
    /// The folder of the profiles, found from this file.
    static let folder =
        #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3)
        .joined(separator: "/") + "/load-profiles/"

    @Test(arguments: [
        "month-end-peak", "smoke", "focus-import", "steady-day", "recharge-storm", "hot-payer", "region-outage",
        "cloud-throttling", "arrears-drill", "overload", "slow-shard", "settle-throughput", "polling-lag",
        "event-driven",
    ])
    func isSound(_ name: String) throws {
        let profile = try LoadProfile(contentsOf: Self.folder + name + ".yaml")
        #expect(profile.name == name)
        #expect(!profile.thresholds.isEmpty)
    }

    @Test func exampleInTheReadmeIsSound() throws {
        let readme = try FileReader.text(of: Self.folder + "README.md")
        let begin = try #require(readme.range(of: "```yaml\nversion: 1"))
        let end = try #require(readme.range(of: "```", range: begin.upperBound..<readme.endIndex))
        let yaml = "version: 1" + readme[begin.upperBound..<end.lowerBound]
        let profile = try LoadProfile(yaml: yaml, file: "README.md") { _ in true }
        #expect(profile.stages.map(\.isExcluded) == [true, false])
        #expect(profile.thresholds.count == 8)
        #expect(profile.faults.map(\.name) == ["down", "disk"])
    }

    @Test func importBringsUnknownRegionsToLight() throws {
        var profile = try LoadProfile(contentsOf: Self.folder + "focus-import.yaml")
        let imported = try FocusImport(contentsOf: Self.folder + "data/focus-sample.csv")
        #expect(profile.issues(with: imported).isEmpty)
        profile = try LoadProfile(
            yaml: """
                version: 1
                name: import
                bills: {focus: data/focus-sample.csv}
                regions:
                  cn-hangzou: {errors: 1%}
                stages: [{name: only, duration: 1s}]
                """,
            file: "p.yaml"
        ) { _ in true }
        #expect(
            profile.issues(with: imported).map(\.description) == [
                "p.yaml:5:3: unknown region 'cn-hangzou'; expected default, \(imported.regions.alternatives); "
                    + "did you mean 'cn-hangzhou'?"
            ]
        )
    }

    @Test func monthEndPeakIsWhatItsNamePromises() throws {
        let profile = try LoadProfile(contentsOf: Self.folder + "month-end-peak.yaml")
        #expect(profile.population.accounts == 200_000)
        #expect(profile.regions.count == 8)
        #expect(profile.population.suspended == Share(partsPerBillion: 200_000_000))
        #expect(profile.stages.map(\.name) == ["before", "peak", "after"])
        #expect(profile.regions.last?.startLatency.meanThousandths == 60_000_000_000)
    }

    /// After a change of the keys: `SETTLEMENT_UPDATE_FILES=1 swift test --filter ShippedProfilesTests`.
    @Test func schemaFileIsTheDecodersOwn() throws {
        if ProcessInfo.processInfo.environment["SETTLEMENT_UPDATE_FILES"] != nil {
            try LoadProfile.schema.write(toFile: Self.folder + "profile.schema.json", atomically: true, encoding: .utf8)
        }
        let file = try FileReader.text(of: Self.folder + "profile.schema.json")
        #expect(file == LoadProfile.schema, "load-profiles/profile.schema.json is not what the decoder accepts")
    }
}
