import Synchronization
import Testing

@testable import SettlementLoad

/// Profiles that stand on others, name files, and use variables.
@Suite struct ProfileFamilyTests {
    static let base = """
        version: 1
        name: base
        population:
          accounts: 100
          amounts: {distribution: lognormal, mean: CNY 18.00}
          suspended: 20%
        stages:
          - {name: only, duration: 1s, recharges: {rate: 10/s}}
        """

    static func load(
        _ files: [String: String],
        variables: [String: String] = [:],
        from name: String = "p/child.yaml"
    ) throws(InvalidProfile) -> LoadProfile {
        try LoadProfile(
            contentsOf: name,
            surroundings: ProfileSurroundings(
                text: { path throws(ProfileSurroundings.UnreadableFile) in
                    guard let text = files[path] else { throw .init(reason: "no such file") }
                    return text
                },
                isReadable: { files[$0] != nil },
                variable: { variables[$0] }
            )
        )
    }

    static func issues(_ files: [String: String], variables: [String: String] = [:]) -> [String] {
        do throws(InvalidProfile) {
            _ = try load(files, variables: variables)
            return []
        } catch {
            return error.issues.map(\.description)
        }
    }

    @Test func childOverridesKeyByKey() throws {
        let child = """
            extends: ../base.yaml
            name: child
            population:
              accounts: 7
              amounts: {distribution: constant, value: CNY 1.00}
            """
        let profile = try Self.load(["p/child.yaml": child, "p/../base.yaml": Self.base])
        #expect(profile.name == "child")
        #expect(profile.population.accounts == 7)
        #expect(profile.population.amounts == .constant(100))
        #expect(profile.population.suspended == Share(partsPerBillion: 200_000_000))
        #expect(profile.stages.map(\.name) == ["only"])
        let other = try Self.load(["p/child.yaml": child, "p/../base.yaml": Self.base + "\n# changed"])
        #expect(other.digest != profile.digest, "a change underneath is another profile")
    }

    @Test func issuesNameTheFileTheyStandIn() {
        let issues = Self.issues([
            "p/child.yaml": "extends: base.yaml\nname: child\nseed: many\n",
            "p/base.yaml": Self.base.replacing("20%", with: "twenty").replacing("10/s", with: "10"),
        ])
        #expect(
            issues.map { $0.prefix { $0 != ";" } } == [
                "p/child.yaml:3:7: 'many' is no number", "p/base.yaml:6:14: 'twenty' is no number",
                "p/base.yaml:8:50: '10' is no rate",
            ]
        )
        let twice = Self.issues(["p/child.yaml": "extends: base.yaml", "p/base.yaml": Self.base + "\nname: again"])
        #expect(twice.first?.hasPrefix("p/base.yaml:9:1: the key 'name' is given twice") == true)
        #expect(twice.first?.hasSuffix("it stands in line 2 already") == true)
    }

    @Test func cyclesAndMissingFilesAreRefused() {
        let cycle = Self.issues(["p/child.yaml": "extends: other.yaml", "p/other.yaml": "name: x\nextends: child.yaml"])
        #expect(
            cycle == [
                "p/other.yaml:2:10: a profile cannot extend itself: p/child.yaml → p/other.yaml → p/child.yaml; "
                    + "expected another profile"
            ]
        )
        #expect(Self.issues(["p/child.yaml": "extends: child.yaml"]).count == 1)
        #expect(
            Self.issues(["p/child.yaml": "name: x\nextends: gone.yaml"]).first?.hasPrefix(
                "p/child.yaml:2:10: the file 'gone.yaml' cannot be read: no such file"
            ) == true
        )
        #expect(Self.issues(["p/child.yaml": "extends: [a]"]).first?.hasPrefix("p/child.yaml:1:10: this names") == true)
        #expect(
            Self.issues(["p/child.yaml": "extends: b.yaml", "p/b.yaml": ""]) == [
                "p/b.yaml:1:1: the file is empty; expected keys with values, such as version: 1"
            ]
        )
    }

    @Test func variablesComeFromTheEnvironmentOrTheirDefault() throws {
        let yaml = Self.base.replacing("accounts: 100", with: "accounts: ${ACCOUNTS:-300}")
            .replacing("rate: 10/s", with: "rate: \"${RATE}/s\"")
        let profile = try Self.load(["p/child.yaml": yaml], variables: ["RATE": "25"])
        #expect(profile.population.accounts == 300)
        #expect(profile.stages[0].recharges?.arrivals == ArrivalLoad(rate: Rate(perSecond: 25), accounts: .suspended))
        let other = try Self.load(["p/child.yaml": yaml], variables: ["RATE": "25", "ACCOUNTS": "5"])
        #expect(other.population.accounts == 5)
        #expect(other.digest != profile.digest)
        #expect(
            Self.issues(["p/child.yaml": yaml]) == [
                "p/child.yaml:8:50: the variable 'RATE' is not set; expected it set, or ${RATE:-default}"
            ]
        )
        for (wrong, problem) in [
            ("${A", "'${A' lacks a '}'"), ("${9}", "'9' is no name of a variable"),
            ("${A-B}", "'A-B' is no name of a variable"), ("${}", "'' is no name of a variable"),
        ] {
            let issues = Self.issues(["p/child.yaml": Self.base.replacing("100", with: wrong)])
            #expect(issues.first?.hasPrefix("p/child.yaml:4:13: \(problem)") == true, "\(issues)")
        }
    }

    @Test func loadsSayWhenInExactlyOneWay() throws {
        func problems(_ load: String) -> [String] {
            Self.issues(["p/child.yaml": Self.base.replacing("{rate: 10/s}", with: load), "p/t.csv": "time\n0.5\nx"])
        }
        #expect(problems("{arrivals: even}").first?.hasPrefix("p/child.yaml:8:43: this load does not say when") == true)
        #expect(
            problems("{rate: 1/s, count: 5}").first?.hasPrefix("p/child.yaml:8:55: 'count' stands beside 'rate'")
                == true
        )
        #expect(
            problems("{rate: 1/s, batch: 5}").first?.contains("'batch' means nothing to a load without 'callers'")
                == true
        )
        #expect(problems("{callers: 1, arrivals: even}").first?.contains("'arrivals' means nothing to callers") == true)
        #expect(problems("{sine: {mean: 1/s, amplitude: 2/s, period: 1s}}").first?.contains("below 0") == true)
        #expect(problems("{ramp: {from: 0/s, to: 0/s}}").first?.contains("nothing arrives") == true)
        #expect(problems("{trace: t.csv}").first?.hasPrefix("p/t.csv:3:1: 'x' is no number") == true)
        #expect(problems("{trace: u.csv}").first?.contains("8:51: the file 'u.csv' cannot be read") == true)
        for sound in [
            "{count: 5}", "{ramp: {from: 0/s, to: 5/s}, arrivals: even}", "{steps: {from: 1/s, to: 5/s, count: 3}}",
            "{spike: {rate: 0/s, peak: 5/s, at: 1s, for: 100ms}}", "{callers: 3, batch: 100, think: 5ms}",
            "{sine: {mean: 1/s, amplitude: 1/s, period: 1s}, accounts: all}",
        ] {
            #expect(problems(sound) == [], "\(sound)")
        }
    }
}
