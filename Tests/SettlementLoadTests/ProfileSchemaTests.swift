import Foundation
import Testing

@testable import SettlementLoad

/// The schema that editors use and the decoder say the same.
@Suite struct ProfileSchemaTests {
    private let schema: JSONSchema

    init() throws { schema = try JSONSchema(LoadProfile.schema) }

    @Test func acceptsEveryShippedProfile() throws {
        let names = try FileManager.default.contentsOfDirectory(atPath: ShippedProfilesTests.folder)
        let profiles = names.filter { $0.hasSuffix(".yaml") }
        #expect(profiles.count >= 14)
        for name in profiles {
            let text = try FileReader.text(of: ShippedProfilesTests.folder + name)
            let problems = try schema.problems(of: text)
            #expect(problems.isEmpty, "\(name): \(problems)")
        }
    }

    /// A variable stands for a number, a word, a quantity, a part of one, an amount, a flag.
    @Test func acceptsVariablesInEverySingleValue() throws {
        let yaml = """
            version: ${VERSION:-1}
            name: ${NAME:-example}
            seed: ${SEED}
            currency: ${CURRENCY:-CNY}
            month: ${MONTH:-2026-07}
            population:
              accounts: ${ACCOUNTS:-10k}
              billsPerAccount: ${BILLS:-3}
              amounts: ${AMOUNT:-CNY 10.00}
              regions: ${REGIONS:-2}
              suspended: ${SUSPENDED:-20}%
            pool: {shards: "${SHARDS:-4}", journal: "${JOURNAL:-memory}", admission: {bytes: "${BYTES:-64MiB}"}}
            stages:
              - name: only
                duration: ${SECONDS:-5}s
                exclude: ${EXCLUDED:-false}
                recharges: {rate: "${RATE:-500/s}", accounts: "${WHO:-all}"}
            thresholds: ["settle p99 < ${LIMIT:-28ms}"]
            """
        #expect(try schema.problems(of: yaml) == [])
        var surroundings = ProfileSurroundings.none
        surroundings.variable = { $0 == "SEED" ? "7" : nil }
        let profile = try LoadProfile(yaml: yaml, file: "v.yaml", surroundings: surroundings)
        #expect(profile.seed == 7 && profile.population.accounts == 10_000 && profile.pool.shards == 4)
    }

    /// What the decoder refuses for its form, the schema refuses too, at the same place.
    @Test(arguments: [
        ("duration: 5", ".stages[0].duration"), ("duration: 5x", ".stages[0].duration"),
        ("duration: $SECONDS", ".stages[0].duration"), ("duration: '${9}'", ".stages[0].duration"),
        ("duration: 1s, durtion: 2s", ".stages[0].durtion"), ("duration: [1s]", ".stages[0].duration"),
        ("duration: 1s, exclude: yes", ".stages[0].exclude"),
        ("duration: 1s, monthEnd: open", ".stages[0].monthEnd"),
        ("duration: 1s, recharges: {rate: 5}", ".stages[0].recharges"),
    ])
    func refusesWhatTheDecoderRefuses(_ stage: String, _ place: String) throws {
        let yaml = "version: 1\nname: wrong\nstages: [{name: only, \(stage)}]\n"
        let problems = try schema.problems(of: yaml)
        #expect(problems.contains { $0.hasPrefix(place) }, "\(problems)")
        #expect(throws: InvalidProfile.self) { try LoadProfile(yaml: yaml, file: "wrong.yaml") }
    }
}
