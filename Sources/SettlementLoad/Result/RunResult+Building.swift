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
    public var latency: LatencyTable
    /// The same of the bulk lane.
    public var bulkLatency: LatencyTable
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
    /// How far the generator may have fallen behind.
    public var limits = GeneratorLimits()

    /// Facts of a run that came to its end.
    public init(
        digest: String,
        arrivalsDigest: Digest,
        audit: AuditResult,
        latency: LatencyTable,
        bulkLatency: LatencyTable,
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
        let judged = Verdict.judge(stages, interruption: facts.interruption, limits: facts.limits)
        let overall = Self.total(of: stages.filter { !$0.isExcluded }.map(\.part), facts: facts)
        let thresholds = profile.thresholds.map { threshold in
            threshold.evaluated(
                in: threshold.stage == nil ? overall : stages.first { $0.name == threshold.stage }?.part
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
        self.notes = Self.notes(on: profile, isResumed: facts.isResumed)
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

    private static func notes(on profile: LoadProfile, isResumed: Bool) -> [String] {
        var notes: [String] = []
        if isResumed {
            notes.append("Resumed: population and closed ranges of an interrupted run were found in the journal.")
        }
        if profile.pool.journal == .memory { notes.append("The journal was kept in memory: nothing was durable.") }
        if profile.pool.journal == .file, profile.pool.sync == .off {
            notes.append("Commits did not wait for the disk: a power failure would have lost acknowledged work.")
        }
        return notes
    }
}

extension Threshold {
    /// What `part` shows; not passed when there is nothing to show.
    func evaluated(in part: RunPart?) -> ThresholdResult {
        guard let part, let observed = observed(in: part) else {
            return ThresholdResult(expression: expression, observed: nil, observedText: "not measured", passed: false)
        }
        return ThresholdResult(
            expression: expression,
            observed: observed,
            observedText: measure.format(observed),
            passed: comparison.holds(observed, bound)
        )
    }

    private func observed(in part: RunPart) -> Double? {
        switch measure {
        case .latency(let name, let statistic):
            return part.latency[name].map { Double($0[statistic]) }
        case .count(let total):
            return part.totals[total].map(Double.init)
        case .rate(let total):
            return part.duration > 0 ? part.totals[total].map(part.perSecond) : nil
        case .share(let total):
            return part.offered > 0 ? part.totals[total].map { Double($0) / Double(part.offered) } : nil
        }
    }
}
