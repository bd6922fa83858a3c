public import Settlement
internal import SettlementLedger
internal import Yams

extension ArrearsPolicy {
    /// Reads a policy from YAML, as the shipped ones are written.
    ///
    /// - Parameters:
    ///   - yaml: the text.
    ///   - file: its name, for errors.
    /// - Throws: ``InvalidProfile`` with everything that is wrong, not only the first.
    public init(yaml: String, file: String) throws(InvalidProfile) {
        let log = IssueLog(file: file)
        let policy = YAMLDocument.root(of: yaml, log: log).flatMap { Grammar<ArrearsPolicy>.policy.read($0, log) }
        let issues = log.sorted
        guard issues.isEmpty else { throw InvalidProfile(issues: issues) }
        guard let policy else { preconditionFailure("a policy that could not be read has an issue") }
        self = policy
    }

    /// Reads the policy in the file at `path`. It reads from disk and blocks while it does.
    ///
    /// - Throws: ``InvalidProfile`` with everything that is wrong, also when the file cannot be read.
    public init(contentsOf path: String) throws(InvalidProfile) {
        let yaml: String
        do throws(FileProblem) {
            yaml = try FileReader.text(of: path)
        } catch {
            let problem = "the policy cannot be read: \(error.reason)"
            let issue = ProfileIssue(
                file: path,
                line: 1,
                column: 1,
                problem: problem,
                expected: "the path of a YAML file"
            )
            throw InvalidProfile(issues: [issue])
        }
        try self.init(yaml: yaml, file: path)
    }
}

/// The keys of a policy.
private enum PolicyKeys {
    static let version = Key("version", .count(1...1), required: true, "Version of this format: 1.")
    static let name = Key("name", .policyName, required: true, "Name of the policy, such as aliyun-ecs-cn.")
    static let description = Key("description", .text(), "Whose rules these are, in a sentence.")
    static let timeZone = Key("timeZone", .zone, required: true, "On whose calendar ages are counted.")
    static let relief = Key(
        "relief",
        Grammar<ArrearsPolicy.Relief>.choice(),
        "Whether restrictions end when everything is settled, or follow the earliest open bill."
    )
    static let deferral = Key(
        "deferral",
        Grammar<DeferralWord>.choice(),
        "Whether an account in debt that a deferral covers is left alone."
    )
    static let resumes = Key(
        "resumes",
        .list(of: Grammar<StopReasonWord>.choice(), "a list of reasons"),
        "Reasons for a stop from which resources recover by themselves."
    )
    static let restart = Key("restart", .restartRule, "The credit that is needed to leave arrears.")
    static let stages = Key(
        "stages",
        .list(of: .stage, "a list of stages"),
        required: true,
        "What happens; of stages that fall due together, the first in the list comes first."
    )
    static let all: [any KeyDescription] = [
        version, name, description, timeZone, relief, deferral, resumes, restart, stages,
    ]
}

private enum DeferralWord: String, Sendable, CaseIterable { case honoured, ignored }

private enum StopReasonWord: String, Sendable, CaseIterable {
    case arrears, expiry, violation, icpLapse, voluntary

    var reason: StopReasons {
        switch self {
        case .arrears: .arrears
        case .expiry: .expiry
        case .violation: .violation
        case .icpLapse: .icpLapse
        case .voluntary: .voluntary
        }
    }
}

extension Grammar where Value == ArrearsPolicy {
    static let policy: Grammar = .object("the policy", keys: PolicyKeys.all) { reader in
        let version = reader.value(PolicyKeys.version)
        let name = reader.value(PolicyKeys.name)
        let summary = reader.value(PolicyKeys.description)
        let zone = reader.value(PolicyKeys.timeZone)
        let relief = reader.value(PolicyKeys.relief)
        let deferral = reader.value(PolicyKeys.deferral)
        let resumes = reader.value(PolicyKeys.resumes)
        let restart = reader.value(PolicyKeys.restart)
        guard let stages = reader.value(PolicyKeys.stages), reader.haveOwnNames(stages), version != nil, let name,
            let zone
        else { return nil }
        return ArrearsPolicy(
            name: name,
            summary: summary ?? "",
            timeZone: zone,
            relief: relief ?? .clearing,
            honoursDeferral: deferral == .honoured,
            resumes: resumes.map { $0.reduce(into: []) { $0.formUnion($1.reason) } } ?? .arrears,
            restart: restart ?? ArrearsPolicy.RestartRule(),
            stages: stages
        )
    }
}

extension ObjectReader {
    /// Notes every stage that takes the name of an earlier one.
    fileprivate func haveOwnNames(_ stages: [ArrearsPolicy.Stage]) -> Bool {
        let nodes = valueNode(PolicyKeys.stages)?.sequence.map(Array.init) ?? []
        var areOwn = true
        for (index, stage) in stages.enumerated() where stages[..<index].contains(where: { $0.name == stage.name }) {
            let name = nodes[index].mapping?.first { $0.key.scalar?.string == "name" }
            log.report("a stage named '\(stage.name)' exists already", at: name?.value.mark)
            areOwn = false
        }
        return areOwn
    }
}
