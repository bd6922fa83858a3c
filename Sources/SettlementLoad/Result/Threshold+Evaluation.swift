internal import Settlement

/// What a threshold is held against.
struct ThresholdEvidence {
    /// The run as a whole, or one stage.
    var part: RunPart?
    /// The same over time.
    var series: RunSeries
    /// When the stages looked at are, in nanoseconds after the beginning; those that follow each other are one.
    var ranges: [Range<Int64>]
    var faults: [FaultResult] = []
    /// Whether latencies were measured; where they were left out on purpose, no threshold on them fails.
    var measuresLatency = true
}

extension Threshold {
    /// What the evidence shows; not passed when there is nothing to show.
    func evaluated(on evidence: ThresholdEvidence) -> ThresholdResult {
        if !evidence.measuresLatency, measure.needsLatency {
            return ThresholdResult(
                expression: expression,
                observed: nil,
                observedText: ThresholdResult.notMeasured,
                passed: true
            )
        }
        if measure == .recovery { return recovery(of: evidence.faults) }
        guard let window else { return result(evidence.part.flatMap { observed(in: Stretch($0)) }) }
        return result(in: windows(window, in: evidence.ranges, step: evidence.series.width), of: evidence.series)
    }

    /// The judgement while the run goes on, from its series up to `now`; `nil`: it is too early, or nothing was measured.
    func interim(on series: RunSeries, ranges: [Range<Int64>], now: Int64) -> ThresholdResult? {
        guard let delay = abortDelay, let start = ranges.first?.lowerBound, now >= start + delay else { return nil }
        let past = ranges.compactMap { $0.lowerBound < now ? $0.lowerBound..<min($0.upperBound, now) : nil }
        let stretches: [Range<Int64>]
        if let window {
            stretches = windows(window, in: past, step: series.width).filter {
                $0.lowerBound >= start + delay && $0.upperBound - $0.lowerBound >= window.length
            }
        } else {
            stretches = past
        }
        let result = result(in: stretches, of: series, together: window == nil)
        return result.observed == nil ? nil : result
    }

    /// Whether it can be known before the end that it does not hold.
    var canBeJudgedEarly: Bool {
        switch measure {
        case .latency, .rate, .share: true
        case .count: comparison == .less || comparison == .lessOrEqual
        case .recovery: false
        }
    }

    /// The whole windows within the ranges; a range that is shorter than a window is one by itself.
    func windows(_ window: Window, in ranges: [Range<Int64>], step: Int64) -> [Range<Int64>] {
        ranges.flatMap { range -> [Range<Int64>] in
            let length = max(window.length, step)
            guard range.upperBound - range.lowerBound > length else { return [range] }
            let distance = window.isSliding ? step : length
            return stride(from: range.lowerBound, through: range.upperBound - length, by: Int(distance)).map {
                $0..<$0 + length
            }
        }
    }

    /// The worst of all stretches, or all of them taken together.
    private func result(
        in stretches: [Range<Int64>],
        of series: RunSeries,
        together: Bool = false
    ) -> ThresholdResult {
        var worst: (value: Double, at: Int64)?
        var sum = Stretch()
        for range in stretches {
            var stretch = Stretch()
            for sample in series.samples where range.contains(sample.start + sample.duration / 2) {
                stretch.add(sample, latency: latencyName)
            }
            sum.add(stretch)
            guard !together, let value = observed(in: stretch) else { continue }
            if worst.map({ isWorse(value, than: $0.value) }) ?? true { worst = (value, range.lowerBound) }
        }
        if together { return result(observed(in: sum)) }
        var result = result(worst?.value)
        if let worst, stretches.count > 1 { result.observedText += " from \(Display.duration(worst.at))" }
        return result
    }

    private func recovery(of faults: [FaultResult]) -> ThresholdResult {
        let meant = faults.filter { stage == nil || $0.name == stage }
        if let lasting = meant.first(where: { $0.recovered == nil }) {
            var result = result(nil)
            result.observedText = "\(lasting.name) did not recover"
            return result
        }
        return result(meant.compactMap(\.recovery).max().map(Double.init))
    }

    private func result(_ observed: Double?) -> ThresholdResult {
        guard let observed else {
            return ThresholdResult(
                expression: expression,
                observed: nil,
                observedText: ThresholdResult.notMeasured,
                passed: false
            )
        }
        return ThresholdResult(
            expression: expression,
            observed: observed,
            observedText: measure.format(observed),
            passed: comparison.holds(observed, bound)
        )
    }

    private func isWorse(_ value: Double, than other: Double) -> Bool {
        switch comparison {
        case .less, .lessOrEqual: value > other
        case .greater, .greaterOrEqual: value < other
        case .equal: (value - bound).magnitude > (other - bound).magnitude
        case .notEqual: (value - bound).magnitude < (other - bound).magnitude
        }
    }

    private var latencyName: PathStage? {
        if case .latency(let name, _) = measure { name } else { nil }
    }

    private func observed(in stretch: Stretch) -> Double? {
        switch measure {
        case .latency(let name, let statistic):
            return (stretch.latency[name] ?? stretch.counts.summary).map { Double($0[statistic]) }
        case .count(let total):
            return stretch.totals[total].map(Double.init)
        case .rate(let total):
            return stretch.duration > 0
                ? stretch.totals[total].map { Double($0) * 1e9 / Double(stretch.duration) } : nil
        case .share(let total):
            return stretch.offered > 0 ? stretch.totals[total].map { Double($0) / Double(stretch.offered) } : nil
        case .recovery:
            return nil
        }
    }
}

extension Threshold.Measure {
    /// Whether it is known from latencies only; notifications and starts are counted by theirs.
    fileprivate var needsLatency: Bool {
        switch self {
        case .latency: true
        case .recovery: false
        case .count(let total), .rate(let total), .share(let total):
            total == .notifications || total == .instancesStarted
        }
    }
}

/// What a threshold looks at in a stretch of a run.
private struct Stretch {
    var duration: Int64 = 0
    var offered: Int64 = 0
    var totals = TotalTable()
    /// Known to three digits for whole stages; empty for other stretches.
    var latency = LatencyTable()
    /// For other stretches: the one latency that is looked at.
    var counts = LatencyCounts()

    init() {}

    init(_ part: RunPart) {
        (duration, offered, totals, latency) = (part.duration, part.offered, part.totals, part.latency)
    }

    mutating func add(_ sample: RunSample, latency name: PathStage?) {
        duration += sample.duration
        offered += sample.offered
        add(sample.totals)
        if let name, let more = sample.latency[name] { counts.add(more) }
    }

    mutating func add(_ other: Stretch) {
        duration += other.duration
        offered += other.offered
        add(other.totals)
        counts.add(other.counts)
    }

    private mutating func add(_ more: TotalTable) {
        for name in TotalName.allCases {
            if let count = more[name] { totals[name, default: 0] += count }
        }
    }
}
