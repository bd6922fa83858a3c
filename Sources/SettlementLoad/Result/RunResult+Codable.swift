#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

extension RunPart {
    private enum Keys: String, CodingKey {
        case duration, offered, submitted, answered, totals, rates, latency, bulkLatency
    }

    /// Rates are written for readers and worked out again when read.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Keys.self)
        self.init(
            duration: try container.decode(Int64.self, forKey: .duration),
            offered: try container.decode(Int64.self, forKey: .offered),
            submitted: try container.decode(Int64.self, forKey: .submitted),
            answered: try container.decode(Int64.self, forKey: .answered),
            totals: try container.decode(TotalTable.self, forKey: .totals),
            latency: try container.decode(LatencyTable.self, forKey: .latency),
            bulkLatency: try container.decode(LatencyTable.self, forKey: .bulkLatency)
        )
    }

    /// Writes what was measured and the rates that follow from it.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Keys.self)
        try container.encode(duration, forKey: .duration)
        try container.encode(offered, forKey: .offered)
        try container.encode(submitted, forKey: .submitted)
        try container.encode(answered, forKey: .answered)
        try container.encode(totals, forKey: .totals)
        try container.encode(rates, forKey: .rates)
        try container.encode(latency, forKey: .latency)
        try container.encode(bulkLatency, forKey: .bulkLatency)
    }
}

// The members of a part stand beside the names, not one level below: `latency.settle.p99`, `stages[0].latency.settle.p99`.
extension StageResult {
    private enum Keys: String, CodingKey {
        case name, tags, excluded
    }

    /// Reads a stage.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Keys.self)
        name = try container.decode(String.self, forKey: .name)
        tags = try container.decode([String].self, forKey: .tags)
        isExcluded = try container.decode(Bool.self, forKey: .excluded)
        part = try RunPart(from: decoder)
    }

    /// Writes the stage and what was measured in it as one object.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Keys.self)
        try container.encode(name, forKey: .name)
        try container.encode(tags, forKey: .tags)
        try container.encode(isExcluded, forKey: .excluded)
        try part.encode(to: encoder)
    }
}

extension RunResult {
    private enum Keys: String, CodingKey {
        case schemaVersion, profile, profileDigest, seed, arrivalsDigest, verdict, verdictReason, passed, digest
        case stages, monthEnd, thresholds, audit, host, notes
        case curves, bulkCurves, series, faults
    }

    /// Reads a result.
    ///
    /// - Throws: `DecodingError`, also for a ``schemaVersion`` that this program does not know.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Keys.self)
        schemaVersion = try container.decode(Int.self, forKey: .schemaVersion)
        guard schemaVersion == Self.currentSchemaVersion else {
            throw DecodingError.dataCorruptedError(
                forKey: .schemaVersion,
                in: container,
                debugDescription: "schemaVersion \(schemaVersion) is not known; expected \(Self.currentSchemaVersion)"
            )
        }
        profile = try container.decode(String.self, forKey: .profile)
        profileDigest = try container.decode(String.self, forKey: .profileDigest)
        seed = try container.decode(UInt64.self, forKey: .seed)
        arrivalsDigest = try container.decode(String.self, forKey: .arrivalsDigest)
        verdict = try container.decode(Verdict.self, forKey: .verdict)
        verdictReason = try container.decode(String.self, forKey: .verdictReason)
        passed = try container.decode(Bool.self, forKey: .passed)
        digest = try container.decode(String.self, forKey: .digest)
        overall = try RunPart(from: decoder)
        stages = try container.decode([StageResult].self, forKey: .stages)
        monthEnd = try container.decodeIfPresent(MonthEndResult.self, forKey: .monthEnd)
        faults = try container.decodeIfPresent([FaultResult].self, forKey: .faults) ?? []
        thresholds = try container.decode([ThresholdResult].self, forKey: .thresholds)
        audit = try container.decode(AuditResult.self, forKey: .audit)
        host = try container.decode(HostFacts.self, forKey: .host)
        notes = try container.decode([String].self, forKey: .notes)
        curves = try container.decodeIfPresent(CurveTable.self, forKey: .curves) ?? CurveTable()
        bulkCurves = try container.decodeIfPresent(CurveTable.self, forKey: .bulkCurves) ?? CurveTable()
        series = try container.decodeIfPresent(RunSeries.self, forKey: .series) ?? RunSeries()
    }

    /// Writes the result and the overall numbers as one object.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Keys.self)
        try container.encode(schemaVersion, forKey: .schemaVersion)
        try container.encode(profile, forKey: .profile)
        try container.encode(profileDigest, forKey: .profileDigest)
        try container.encode(seed, forKey: .seed)
        try container.encode(arrivalsDigest, forKey: .arrivalsDigest)
        try container.encode(verdict, forKey: .verdict)
        try container.encode(verdictReason, forKey: .verdictReason)
        try container.encode(passed, forKey: .passed)
        try container.encode(digest, forKey: .digest)
        try overall.encode(to: encoder)
        try container.encode(stages, forKey: .stages)
        try container.encodeIfPresent(monthEnd, forKey: .monthEnd)
        try container.encode(faults, forKey: .faults)
        try container.encode(thresholds, forKey: .thresholds)
        try container.encode(audit, forKey: .audit)
        try container.encode(host, forKey: .host)
        try container.encode(notes, forKey: .notes)
        try container.encode(curves, forKey: .curves)
        try container.encode(bulkCurves, forKey: .bulkCurves)
        try container.encode(series, forKey: .series)
    }

    /// The result as JSON, indented, keys in alphabetical order: equal results are equal bytes.
    public var json: String { stableJSON() }

    /// Reads what ``json`` wrote.
    public init(json: String) throws {
        self = try JSONDecoder().decode(RunResult.self, from: Data(json.utf8))
    }
}
