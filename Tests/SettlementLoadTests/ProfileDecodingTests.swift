import Settlement
import SettlementLedger
import Testing

@testable import SettlementLoad

@Suite struct ProfileDecodingTests {
    /// A profile that is right, to be spoilt line by line.
    static let sound = """
        version: 1
        name: sound
        currency: CNY
        population:
          accounts: 100
          billsPerAccount: 2
          amounts: {distribution: uniform, min: CNY 1.00, max: CNY 9.00}
          regions: [cn-hangzhou, eu-central-1]
          suspended: 20%
        regions:
          default: {startLatency: 2ms}
          eu-central-1: {errors: 1%}
        stages:
          - name: peak
            duration: 5s
            recharges:
              rate: 500/s
            monthEnd: close
        thresholds:
          - "recharge_to_start p99 < 28ms @peak"
          - rejected rate < 0.1%
        """

    static func issues(_ yaml: String, files: Set<String> = []) -> [ProfileIssue] {
        do throws(InvalidProfile) {
            _ = try LoadProfile(yaml: yaml, file: "p.yaml") { files.contains($0) }
            return []
        } catch {
            return error.issues
        }
    }

    @Test func readsASoundProfile() throws {
        let profile = try LoadProfile(yaml: Self.sound, file: "p.yaml") { _ in true }
        #expect(profile.population.accounts == 100)
        #expect(profile.population.billsPerAccount == .constant(2))
        #expect(profile.population.amounts == Distribution(uniformFrom: 100, through: 900))
        #expect(profile.population.suspended == Share(partsPerBillion: 200_000_000))
        #expect(profile.regions.map(\.name) == ["cn-hangzhou", "eu-central-1"])
        #expect(profile.regions.map(\.startLatency) == [.constant(2_000_000), .constant(2_000_000)])
        #expect(profile.regions.map(\.errors) == [.none, Share(partsPerBillion: 10_000_000)])
        #expect(profile.stages.map(\.durationNanoseconds) == [5_000_000_000])
        #expect(profile.stages[0].recharges?.arrivals == ArrivalLoad(rate: Rate(perSecond: 500), accounts: .suspended))
        #expect(profile.stages[0].monthEnd == .close)
        #expect(profile.thresholds.map(\.stage) == ["peak", nil])
        #expect(profile.thresholds[0].measure == .latency(.rechargeToStart, .p99))
        #expect(profile.thresholds[0].bound == 28_000_000)
        #expect(profile.thresholds[1].measure == .share(.rejected))
    }

    struct Fault: Sendable, CustomTestStringConvertible {
        var line: String
        var instead: String
        var place: String
        var problem: String
        var suggestion: String?
        var testDescription: String { instead }

        init(_ line: String, _ instead: String, _ place: String, _ problem: String, _ suggestion: String? = nil) {
            (self.line, self.instead, self.place) = (line, instead, place)
            (self.problem, self.suggestion) = (problem, suggestion)
        }
    }

    @Test(arguments: [
        Fault("version: 1", "version: 2", "1:10", "'2' is a version that this program does not know"),
        Fault("version: 1", "# none", "2:1", "the profile lacks the key 'version'"),
        Fault("currency: CNY", "currency: RMB", "3:11", "'RMB' is no settlement currency"),
        Fault("currency: CNY", "curency: CNY", "3:1", "unknown key 'curency' in the profile", "currency"),
        Fault("  accounts: 100", "  acounts: 100", "5:3", "unknown key 'acounts' in population", "accounts"),
        Fault("  accounts: 100", "  accounts: 0", "5:13", "'0' is out of range"),
        Fault("  accounts: 100", "  accounts: many", "5:13", "'many' is no number"),
        Fault("  accounts: 100", "  accounts: [1]", "5:13", "this is a list, not a single value"),
        Fault("  accounts: 100", "  accounts:", "5:12", "nothing is given here"),
        Fault("  accounts: 100", "  accounts: 1.0005k", "5:13", "'1.0005k' is too large or too fine for a count"),
        Fault(
            "  amounts: {distribution: uniform, min: CNY 1.00, max: CNY 9.00}",
            "  amounts: {distribution: uniform, min: CNY 1.005, max: CNY 9.00}",
            "7:41",
            "'CNY 1.005' does not fit CNY, which has 2 decimals"
        ),
        Fault(
            "  amounts: {distribution: uniform, min: CNY 1.00, max: CNY 9.00}",
            "  amounts: {distribution: uniform, min: USD 1.00, max: CNY 9.00}",
            "7:41",
            "'USD 1.00' is in USD, but the profile's currency is CNY"
        ),
        Fault(
            "  amounts: {distribution: uniform, min: CNY 1.00, max: CNY 9.00}",
            "  amounts: {distribution: unifrom, min: CNY 1.00, max: CNY 9.00}",
            "7:27",
            "'unifrom' is not known here",
            "uniform"
        ),
        Fault(
            "  amounts: {distribution: uniform, min: CNY 1.00, max: CNY 9.00}",
            "  amounts: {distribution: uniform, min: CNY 1.00}",
            "7:12",
            "a uniform distribution lacks the key 'max'"
        ),
        Fault(
            "  amounts: {distribution: uniform, min: CNY 1.00, max: CNY 9.00}",
            "  amounts: {distribution: constant, value: CNY 1.00, mean: CNY 1.00}",
            "7:54",
            "'mean' means nothing to a constant distribution"
        ),
        Fault(
            "  amounts: {distribution: uniform, min: CNY 1.00, max: CNY 9.00}",
            "  amounts: {distribution: uniform, min: CNY 9.00, max: CNY 1.00}",
            "7:12",
            "this distribution has a min above its max"
        ),
        Fault(
            "  regions: [cn-hangzhou, eu-central-1]",
            "  regions: [eu-central-1, eu-central-1]",
            "8:12",
            "this names a region twice"
        ),
        Fault("  suspended: 20%", "  suspended: 120%", "9:14", "'120%' is more than 100%"),
        Fault("  suspended: 20%", "  suspended: 0.2", "9:14", "'0.2' has no '%'"),
        Fault(
            "  eu-central-1: {errors: 1%}",
            "  eu-centrall-1: {errors: 1%}",
            "12:3",
            "unknown region 'eu-centrall-1'",
            "eu-central-1"
        ),
        Fault("    duration: 5s", "    durration: 5s", "15:5", "unknown key 'durration' in a stage", "duration"),
        Fault("    duration: 5s", "    duration: 5", "15:15", "'5' has no unit"),
        Fault("    duration: 5s", "    duration: 5 sec", "15:15", "'5 sec' ends in 'sec', which is no unit of time"),
        Fault("    duration: 5s", "    duration: 0s", "15:15", "'0s' is too short"),
        Fault("      rate: 500/s", "      rate: -500/s", "17:13", "'-500/s' is negative; a rate cannot be"),
        Fault("      rate: 500/s", "      rate: 500", "17:13", "'500' is no rate"),
        Fault("      rate: 500/s", "      rate: 0/s", "17:13", "'0/s' is no rate at which anything arrives"),
        Fault("    monthEnd: close", "    monthEnd: closed", "18:15", "'closed' is not known here", "close"),
        Fault("  - rejected rate < 0.1%", "  - rejectd rate < 0.1%", "21:5", "'rejectd' is no metric", "rejected"),
        Fault("  - rejected rate < 0.1%", "  - rejected p99 < 0.1%", "21:14", "'p99' does not go with rejected"),
        Fault("  - rejected rate < 0.1%", "  - rejected rate < ", "21:20", "the threshold ends too early"),
        Fault("  - rejected rate < 0.1%", "  - rejected rate =< 1%", "21:19", "'=<' is no comparison"),
        Fault(
            "  - \"recharge_to_start p99 < 28ms @peak\"",
            "  - \"recharge_to_start p99 < 28ms @peek\"",
            "20:36",
            "'peek' is no stage of this profile",
            "peak"
        ),
        Fault(
            "  - \"recharge_to_start p99 < 28ms @peak\"",
            "  - \"recharge_to_start p99 < 28 @peak\"",
            "20:30",
            "'28' has no unit"
        ),
    ])
    func namesPlaceAndRemedy(of fault: Fault) throws {
        try #require(Self.sound.contains(fault.line), "the fault must replace a line of the sound profile")
        let issues = Self.issues(Self.sound.replacing(fault.line, with: fault.instead))
        #expect(issues.map { "\($0.line):\($0.column)" } == [fault.place])
        #expect(issues.map(\.problem) == [fault.problem])
        #expect(issues.map(\.suggestion) == [fault.suggestion])
    }

    @Test func reportsEveryIssueAtOnceInOrder() {
        let issues = Self.issues(
            Self.sound.replacing("accounts: 100", with: "accounts: -1").replacing("name: peak", with: "nam: peak")
                .replacing("20%", with: "a fifth").replacing("500/s", with: "fast")
        )
        #expect(issues.map { "\($0.line):\($0.column)" } == ["5:13", "9:14", "14:5", "17:13", "20:36"])
    }

    @Test func reportsADuplicateKeyAndWhatFollows() {
        let issues = Self.issues(
            Self.sound.replacing("  suspended: 20%", with: "  accounts: 7\n  suspendd: 20%")
        )
        #expect(
            issues.map(\.description) == [
                "p.yaml:9:3: the key 'accounts' is given twice; expected it once; it stands in line 5 already",
                "p.yaml:10:3: unknown key 'suspendd' in population; expected accounts, billsPerAccount, amounts, "
                    + "monthsOverdue, regions, products, suspended, userStopped, deferred, instancesPerAccount or hotPayers; "
                    + "did you mean 'suspended'?",
            ]
        )
    }

    @Test func reportsADuplicateInAFlowMapping() {
        let issues = Self.issues(Self.sound.replacing("{errors: 1%}", with: "{errors: 1%, errors: 2%}"))
        #expect(issues.map(\.description) == ["p.yaml:12:18: the key 'errors' is given twice in this mapping"])
    }

    @Test func reportsWhatIsNotYAML() {
        let issues = Self.issues("version: 1\nname: [a\nseed: 1\n")
        #expect(issues.count == 1)
        #expect(issues.first?.problem.hasPrefix("this is not YAML: ") == true)
        #expect(issues.first?.line == 3)
        #expect(Self.issues("").map(\.problem) == ["the file is empty"])
    }

    /// What YAML allows and editors write, and what would keep a reader busy for ever.
    @Test func readsWhatEditorsWriteAndNoBombs() {
        #expect(Self.issues("\u{FEFF}" + Self.sound).isEmpty)
        let levels = zip("abcdefg", "bcdefgh").map {
            "\($1): &\($1) [*\($0),*\($0),*\($0),*\($0),*\($0),*\($0),*\($0)]\n"
        }
        let bomb = "version: 1\na: &a [x, x, x, x, x, x, x]\n" + levels.joined()
        #expect(Self.issues(bomb).map(\.problem) == ["with all its aliases repeated this has more than 100000 values"])

        let bare = Self.issues("version: 1\nname: x\npopulation: {accounts: ${N}}\n")
        #expect(bare.map(\.expected) == ["quotes around a variable inside {} or []: \"${NAME}\""])
        let endless = "version: 1\nname: x\nstages: [{name: a, duration: 1s, queries: {rate: 900G/s}}]\n"
        #expect(
            Self.issues(endless).map(\.description) == [
                "p.yaml:3:10: in stage 'a' more arrive than any run can make; expected at most 10G arrivals of a kind"
            ]
        )
    }

    @Test func reportsAMissingImportAndItsContradictions() {
        let yaml = """
            version: 1
            name: import
            bills: {focus: there.csv}
            population: {accounts: 5, suspended: 1%}
            stages: [{name: only, duration: 1s}]
            """
        #expect(
            Self.issues(yaml, files: []).map { "\($0.line):\($0.column) \($0.problem)" } == [
                "3:16 there is no readable file 'there.csv'", "4:14 'accounts' is told by the file under 'bills'",
            ]
        )
        #expect(Self.issues(yaml.replacing("accounts: 5, ", with: ""), files: ["there.csv"]).isEmpty)
    }

    @Test func reportsStagesThatCannotFollowEachOther() {
        let yaml = """
            version: 1
            name: twice
            stages:
              - {name: a, duration: 1s, monthEnd: close}
              - {name: a, duration: 1s, monthEnd: close}
            """
        #expect(
            Self.issues(yaml).map { "\($0.line):\($0.column) \($0.problem)" } == [
                "5:12 a stage named 'a' exists already", "5:39 the month is closed in an earlier stage already",
            ]
        )
    }

    @Test func namesAProfileThatDoesNotExist() {
        #expect(throws: InvalidProfile.self) { try LoadProfile(contentsOf: "no/such/profile.yaml") }
    }
}
