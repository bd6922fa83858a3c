internal import Settlement

/// How many of each were counted.
public typealias TotalTable = NamedTable<TotalName, Int64>

/// What came out of a run. Durations are nanoseconds, rates are each second.
public struct RunResult: Sendable, Hashable, Codable {
    /// The version that this program writes and reads.
    public static let currentSchemaVersion = 1

    /// Version of this form.
    public var schemaVersion = currentSchemaVersion
    /// Name of the profile.
    public var profile: String
    /// Fingerprint of the profile's text.
    public var profileDigest: String
    /// Seed of the run.
    public var seed: UInt64
    /// Fingerprint of everything that arrived.
    public var arrivalsDigest: String
    /// Whether the numbers can be trusted.
    public var verdict: Verdict
    /// Why the verdict is what it is; empty when it is valid.
    public var verdictReason: String
    /// Valid, conserved and all thresholds met.
    public var passed: Bool
    /// Fingerprint of the ledger's state at the end.
    public var digest: String
    /// All stages that count.
    public var overall: RunPart
    /// The stages in order.
    public var stages: [StageResult]
    /// What the month end did; `nil`: the profile has none.
    public var monthEnd: MonthEndResult?
    /// What went wrong on purpose, in the order of the profile, and how long its traces lasted.
    public var faults: [FaultResult]
    /// The thresholds in the order of the profile.
    public var thresholds: [ThresholdResult]
    /// Whether the books are right.
    public var audit: AuditResult
    /// Where it ran.
    public var host: HostFacts
    /// Distributions of all stages that count, interactive lane.
    public var curves: CurveTable
    /// The same of the bulk lane.
    public var bulkCurves: CurveTable
    /// The run over time, with all stages and the wait for what they had begun.
    public var series: RunSeries
    /// What a reader must know, such as a journal that is not durable.
    public var notes: [String]
}

/// A part of a run: one stage, or all that count.
public struct RunPart: Sendable, Hashable, Codable {
    /// Rates over the part.
    public struct Rates: Sendable, Hashable, Codable {
        /// Arrivals that were due, each second.
        public var offered: Double
        /// Arrivals that were settled, each second.
        public var achieved: Double
        /// Bills written off, each second.
        public var writeOffsPerSecond: Double
    }

    /// How long it took, in nanoseconds; of a run that ended early, what ran of it.
    public var duration: Int64
    /// Arrivals that were due.
    public var offered: Int64
    /// Of these, arrivals handed to the pool in time.
    public var submitted: Int64
    /// Arrivals that were settled while the part lasted, whenever they were due; neither refused for overload nor failed.
    public var answered: Int64
    /// What was counted.
    public var totals: TotalTable
    /// Latencies of the interactive lane.
    public var latency: LatencyTable
    /// Latencies of the bulk lane.
    public var bulkLatency: LatencyTable

    /// A part of a run as it was measured.
    public init(
        duration: Int64,
        offered: Int64,
        submitted: Int64,
        answered: Int64,
        totals: TotalTable,
        latency: LatencyTable = LatencyTable(),
        bulkLatency: LatencyTable = LatencyTable()
    ) {
        self.duration = duration
        self.offered = offered
        self.submitted = submitted
        self.answered = answered
        self.totals = totals
        self.latency = latency
        self.bulkLatency = bulkLatency
    }

    /// Rates over the part; 0 when it took no time.
    public var rates: Rates {
        Rates(
            offered: perSecond(offered),
            achieved: perSecond(answered),
            writeOffsPerSecond: perSecond(totals[.writeOffs] ?? 0)
        )
    }

    /// `count` divided by the length of the part; 0 when it took no time.
    public func perSecond(_ count: Int64) -> Double {
        duration > 0 ? Double(count) * 1e9 / Double(duration) : 0
    }
}

/// One stage of a run.
public struct StageResult: Sendable, Hashable, Codable {
    /// Its name in the profile.
    public var name: String
    /// Its tags.
    public var tags: [String]
    /// Whether it is left out of the overall numbers.
    public var isExcluded: Bool
    /// What was measured.
    public var part: RunPart

    /// The result of `stage`.
    public init(_ stage: StageProfile, part: RunPart) {
        self.name = stage.name
        self.tags = stage.tags
        self.isExcluded = stage.isExcluded
        self.part = part
    }
}

/// A threshold and what was found.
public struct ThresholdResult: Sendable, Hashable, Codable {
    /// As it stands in the profile.
    public var expression: String
    /// In nanoseconds, as a count, each second or as a part of 1; `nil`: nothing was measured.
    public var observed: Double?
    /// The same for people.
    public var observedText: String
    /// Whether it holds; not when nothing was measured, unless on purpose.
    public var passed: Bool

    static let notMeasured = "not measured"

    /// Whether there was something to judge.
    public var isMeasured: Bool { observedText != Self.notMeasured }
}

/// What the audit of all shards said.
public struct AuditResult: Sendable, Hashable, Codable {
    /// Whether every sum is what it should be and no money appeared or went.
    public var conserved: Bool
    /// What is wrong, in words.
    public var findings: [String]
    /// The result of an audit.
    public init(conserved: Bool, findings: [String] = []) {
        self.conserved = conserved
        self.findings = findings
    }
}
