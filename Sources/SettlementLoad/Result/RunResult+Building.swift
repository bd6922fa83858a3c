internal import Settlement

/// What a finished run knows beyond its stages.
public struct RunFacts: Sendable {
    /// Fingerprint of the ledger's state.
    public var digest: String
    /// Fingerprint of everything that arrived.
    public var arrivalsDigest: Digest
    /// What the audit said.
    public var audit: AuditResult
    /// The latencies of all stages that count, interactive lane.
    public var latency = LatencyTable()
    /// The same of the bulk lane.
    public var bulkLatency = LatencyTable()
    /// Where it ran.
    public var host: HostFacts
    /// Distributions of all stages that count, interactive lane.
    public var curves = CurveTable()
    /// The same of the bulk lane.
    public var bulkCurves = CurveTable()
    /// The run over time.
    public var series = RunSeries()
    /// What the month end did; `nil`: none was run.
    public var monthEnd: MonthEndResult?
    /// Whether the run went on where an interrupted one had stopped.
    public var isResumed = false
    /// Why the run ended early; `nil`: it did not.
    public var interruption: String?
    /// The threshold that ended the run early, as it stood then; `nil`: none did.
    public var aborted: ThresholdResult?
    /// What went wrong on purpose.
    public var faults: [FaultResult] = []
    /// Arrivals that were handed over and never answered.
    public var unanswered: Int64 = 0
    /// Starts that nobody waited for any longer: they are missing in the latencies.
    public var unfinishedStarts: Int64 = 0
    /// Starts and stops that their region had given up at the end.
    public var startsGivenUp: Int64 = 0
    /// Accounts that were suspended at the beginning; 0 when nobody has instances to start.
    public var suspendedAccounts: Int64 = 0
    /// Whether latencies were measured.
    public var measuresLatency = true

    /// Facts of a run that came to its end.
    public init(
        digest: String,
        arrivalsDigest: Digest,
        audit: AuditResult,
        latency: LatencyTable = LatencyTable(),
        bulkLatency: LatencyTable = LatencyTable(),
        host: HostFacts
    ) {
        self.digest = digest
        self.arrivalsDigest = arrivalsDigest
        self.audit = audit
        self.latency = latency
        self.bulkLatency = bulkLatency
        self.host = host
    }
}

extension RunResult {
    /// Adds the stages up, holds the thresholds against them and judges the run.
    public init(_ profile: LoadProfile, stages: [StageResult], facts: RunFacts) {
        let judged = Verdict.judge(stages, facts: facts, limits: GeneratorLimits(profile))
        let overall = Self.total(of: stages.filter { !$0.isExcluded }.map(\.part), facts: facts)
        let thresholds = profile.thresholds.map { threshold in
            if let aborted = facts.aborted, aborted.expression == threshold.expression { return aborted }
            return threshold.evaluated(
                on: ThresholdEvidence(
                    part: threshold.stage == nil ? overall : stages.first { $0.name == threshold.stage }?.part,
                    series: facts.series,
                    ranges: profile.ranges(ofStage: threshold.stage),
                    faults: facts.faults,
                    measuresLatency: facts.measuresLatency
                )
            )
        }
        self.profile = profile.name
        self.profileDigest = Digest(value: profile.digest).description
        self.seed = profile.seed
        self.arrivalsDigest = facts.arrivalsDigest.description
        self.verdict = judged.verdict
        self.verdictReason = judged.reason
        self.passed = judged.verdict == .valid && facts.audit.conserved && thresholds.allSatisfy(\.passed)
        self.digest = facts.digest
        self.overall = overall
        self.stages = stages
        self.thresholds = thresholds
        self.audit = facts.audit
        self.host = facts.host
        self.monthEnd = facts.monthEnd
        self.curves = facts.curves
        self.bulkCurves = facts.bulkCurves
        self.series = facts.series
        self.faults = facts.faults
        self.notes = Self.notes(on: profile, stages, facts)
    }

    private static func total(of parts: [RunPart], facts: RunFacts) -> RunPart {
        var totals = TotalTable()
        for name in TotalName.allCases {
            let counted = parts.compactMap { $0.totals[name] }
            if !counted.isEmpty { totals[name] = counted.reduce(0, +) }
        }
        return RunPart(
            duration: parts.reduce(0) { $0 + $1.duration },
            offered: parts.reduce(0) { $0 + $1.offered },
            submitted: parts.reduce(0) { $0 + $1.submitted },
            answered: parts.reduce(0) { $0 + $1.answered },
            totals: totals,
            latency: facts.latency,
            bulkLatency: facts.bulkLatency
        )
    }

    private static func notes(on profile: LoadProfile, _ stages: [StageResult], _ facts: RunFacts) -> [String] {
        var notes: [String] = []
        if facts.host.isVirtual {
            notes.append("In virtual time: latencies come from the profile's calibration, not from this machine.")
        }
        if let aborted = facts.aborted {
            notes.append("Ended early: \(aborted.expression) did not hold, with \(aborted.observedText).")
        }
        if facts.isResumed {
            notes.append("Resumed: population and closed ranges of an interrupted run were found in the journal.")
        }
        if profile.pool.journal == .memory { notes.append("The journal was kept in memory: nothing was durable.") }
        if profile.pool.journal == .file, profile.pool.sync == .off {
            notes.append("Commits did not wait for the disk: a power failure would have lost acknowledged work.")
        }
        if facts.startsGivenUp > 0 {
            notes.append("\(Display.count(facts.startsGivenUp)) starts were given up: no latency has them.")
        }
        if !facts.measuresLatency { notes.append("Latencies were not measured: no threshold on them is judged.") }
        let again = zip(profile.stages, stages).reduce(-facts.suspendedAccounts) { sum, pair in
            let isOfSuspended = pair.0.recharges?.arrivals.accounts == .suspended
            return sum + (isOfSuspended ? pair.1.part.totals[.recharges] ?? 0 : 0)
        }
        if facts.suspendedAccounts > 0, again > 0 {
            notes.append(
                "Only \(Display.count(facts.suspendedAccounts)) accounts were suspended: \(Display.count(again)) recharges "
                    + "are of accounts that had paid before, and started nothing."
            )
        }
        return notes
    }
}
