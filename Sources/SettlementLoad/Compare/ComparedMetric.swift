internal import Settlement

/// Something that two runs are compared by.
public struct ComparedMetric: Sendable, Hashable {
    enum Kind: Sendable, Hashable {
        case latency(PathStage, LatencyStatistic)
        case answered
        case monthEnd
    }

    let kind: Kind

    /// As reports write it: `recharge_to_start p99`.
    public var name: String {
        switch kind {
        case .latency(let name, let statistic): "\(name.rawValue) \(statistic.label)"
        case .answered: "achieved rate"
        case .monthEnd: "month end rate"
        }
    }

    /// Whether more is better; of a latency, less is.
    public var isMoreBetter: Bool { kind == .answered || kind == .monthEnd }

    /// A value as people read it.
    public func format(_ value: Double) -> String {
        if case .latency = kind { return Display.duration(Int64(value.rounded())) }
        return Display.rate(value)
    }

    /// Everything that is compared, in the order of reports.
    static let all: [ComparedMetric] = {
        let latencies: [PathStage] = [.rechargeToStart, .rechargeToRunning, .settle, .queueWait, .service, .commitWait]
        return latencies.flatMap { name in
            [LatencyStatistic.p50, .p99].map { ComparedMetric(kind: .latency(name, $0)) }
        } + [ComparedMetric(kind: .answered), ComparedMetric(kind: .monthEnd)]
    }()

    /// The value of a whole run; `nil` when it was not measured.
    func value(of result: RunResult) -> Double? {
        switch kind {
        case .latency(let name, let statistic): result.overall.latency[name].map { Double($0[statistic]) }
        case .answered: result.overall.answered > 0 ? result.overall.rates.achieved : nil
        case .monthEnd: result.monthEnd.map(\.writeOffsPerSecond)
        }
    }

    /// The value of a stretch of a run; `nil` when it was not measured there.
    func value(of sample: RunSample) -> Double? {
        switch kind {
        case .latency(let name, let statistic):
            sample.latency[name]?.summary.map { Double(max(1, $0[statistic])) }
        case .answered: sample.answered > 0 ? sample.perSecond(sample.answered) : nil
        case .monthEnd: nil
        }
    }
}

/// What a comparison says about one metric.
public struct MetricComparison: Sendable, Hashable, Encodable {
    /// Whether B differs from A.
    public enum Verdict: String, Sendable, Hashable, Encodable {
        /// B is better than A, beyond what chance explains.
        case better
        /// B is worse than A, beyond what chance explains.
        case worse
        /// Nothing was shown, which does not prove that they are equal.
        case noDifferenceShown = "no difference shown"
    }

    /// What is compared.
    public var metric: ComparedMetric
    /// The value of A: of the whole run, or the median of its runs.
    public var a: Double
    /// The value of B.
    public var b: Double
    /// B divided by A.
    public var ratio: Double
    /// Where the ratio lies with 95 % confidence, by resampling.
    public var interval: ClosedRange<Double>
    /// How likely such a difference of ranks is by chance (Mann and Whitney), corrected for what neighbours share.
    public var rankProbability: Double
    /// The smallest change that these runs could have shown, as a part of A: what A against A may differ by.
    public var noiseFloor: Double
    /// What follows.
    public var verdict: Verdict

    /// How much worse B is, as a part of A; negative when it is better.
    public var worsening: Double { metric.isMoreBetter ? 1 - ratio : ratio - 1 }

    private enum Keys: String, CodingKey { case metric, a, b, ratio, low, high, rankProbability, noiseFloor, verdict }

    /// Writes the comparison; bounds that are infinite are left out.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Keys.self)
        try container.encode(metric.name, forKey: .metric)
        try container.encode(a, forKey: .a)
        try container.encode(b, forKey: .b)
        try container.encode(ratio, forKey: .ratio)
        try container.encode(interval.lowerBound, forKey: .low)
        try container.encode(interval.upperBound, forKey: .high)
        try container.encode(rankProbability, forKey: .rankProbability)
        if noiseFloor.isFinite { try container.encode(noiseFloor, forKey: .noiseFloor) }
        try container.encode(verdict, forKey: .verdict)
    }
}
