internal import Settlement

extension SearchReport: Encodable {
    private enum Keys: String, CodingKey { case schemaVersion, profile, seed, conditions, arrivals, findings }

    /// Writes what was asked and every finding.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Keys.self)
        try container.encode(1, forKey: .schemaVersion)
        try container.encode(profile, forKey: .profile)
        try container.encode(seed, forKey: .seed)
        try container.encode(conditions, forKey: .conditions)
        try container.encodeIfPresent(arrivals, forKey: .arrivals)
        try container.encode(findings.map { FindingRecord($0, settings) }, forKey: .findings)
    }

    /// The report as JSON, `schemaVersion` 1, keys in alphabetical order.
    public var json: String { stableJSON() }
}

/// A finding as it is written.
private struct FindingRecord: Encodable {
    private enum Keys: String, CodingKey { case settings, answer, interrupted, trials, result }

    let finding: SearchFinding
    let settings: [String: String]

    init(_ finding: SearchFinding, _ names: [String]) {
        self.finding = finding
        settings = Dictionary(uniqueKeysWithValues: zip(names, finding.values))
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Keys.self)
        try container.encode(settings, forKey: .settings)
        try container.encode(finding.isInterrupted, forKey: .interrupted)
        try container.encode(finding.trials, forKey: .trials)
        try container.encodeIfPresent(finding.answer, forKey: .answer)
        guard let result = finding.result else { return }
        try container.encode(ResultRecord(result), forKey: .result)
    }
}

/// What a search tells of a run, with the names that a run's own result has.
private struct ResultRecord: Encodable {
    private enum Keys: String, CodingKey { case verdict, verdictReason, passed, audit, monthEnd, notes }

    let result: RunResult

    init(_ result: RunResult) { self.result = result }

    func encode(to encoder: any Encoder) throws {
        try result.overall.encode(to: encoder)
        var container = encoder.container(keyedBy: Keys.self)
        try container.encode(result.verdict, forKey: .verdict)
        try container.encode(result.verdictReason, forKey: .verdictReason)
        try container.encode(result.passed, forKey: .passed)
        try container.encode(result.audit, forKey: .audit)
        try container.encodeIfPresent(result.monthEnd, forKey: .monthEnd)
        try container.encode(result.notes, forKey: .notes)
    }
}

extension CapacitySearch.Outcome: Encodable {}

extension CapacitySearch.Answer: Encodable {
    private enum Keys: String, CodingKey { case kind, holds, fails, text }

    /// Writes `kind` (found, none-holds, all-hold, undecided or unmeasurable), the rates each second, and a sentence.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Keys.self)
        let (kind, holds, fails) = members
        try container.encode(kind, forKey: .kind)
        try container.encodeIfPresent(holds, forKey: .holds)
        try container.encodeIfPresent(fails, forKey: .fails)
        try container.encode(description, forKey: .text)
    }

    private var members: (kind: String, holds: Double?, fails: Double?) {
        switch self {
        case .found(let rate, let failed): ("found", rate, failed)
        case .noneHolds(let lowest): ("none-holds", nil, lowest)
        case .allHold(let highest): ("all-hold", highest, nil)
        case .undecided(let holds, let failed): ("undecided", holds, failed)
        case .unmeasurable(let holds, let limit): ("unmeasurable", holds, limit)
        }
    }
}
