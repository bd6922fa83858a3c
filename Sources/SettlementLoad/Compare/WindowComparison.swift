internal import Foundation
internal import Settlement

/// One metric of two single runs, window by window.
struct WindowComparison {
    /// The windows of one stage, side by side.
    private struct Stratum {
        var a: [RunSample]
        var b: [RunSample]
    }

    private let metric: ComparedMetric
    private let runs: (a: RunResult, b: RunResult)
    private let strata: [Stratum]
    private let level: Double
    private let resamples: Int

    private static let windowNanoseconds: Int64 = 1_000_000_000
    private static let blockCount = 10

    init(_ metric: ComparedMetric, _ a: RunResult, _ b: RunResult, level: Double, resamples: Int) {
        self.resamples = resamples
        self.metric = metric
        self.runs = (a, b)
        self.level = level
        let (windowsA, windowsB) = (Self.windows(of: a, metric), Self.windows(of: b, metric))
        strata = zip(windowsA, windowsB).map { Stratum(a: $0, b: $1) }.filter { !$0.a.isEmpty && !$0.b.isEmpty }
    }

    /// What the windows say; for a metric that has none, only the values of the whole runs.
    var result: MetricComparison? {
        guard let a = metric.value(of: runs.a), let b = metric.value(of: runs.b) else { return nil }
        let valuesA = strata.map { $0.a.compactMap(value) }
        let valuesB = strata.map { $0.b.compactMap(value) }
        let time = SignificanceTest.correlationTime(valuesA.map { $0.map(log) } + valuesB.map { $0.map(log) })
        let z = SignificanceTest.mannWhitney(Array(zip(valuesA, valuesB))) / time.squareRoot()
        var blocks = SignificanceTest.student(blockRatios, level: level)
        blocks.halfWidth += machineDifference
        return Comparison.judge(
            metric,
            a: a,
            b: b,
            interval: strata.isEmpty ? (b / a)...(b / a) : interval(blockLength: Int(time.rounded(.up)) + 1),
            ranks: (strata.isEmpty ? 1 : SignificanceTest.twoSided(z), level),
            blocks: blocks,
            level: level
        )
    }

    /// Windows of each stage that counts, without those at its edges that belong to two.
    private static func windows(of result: RunResult, _ metric: ComparedMetric) -> [[RunSample]] {
        let isMonthEnd = metric.kind == .monthEnd
        let series = isMonthEnd ? result.series : result.series.coarsened(to: 240, width: windowNanoseconds)
        if isMonthEnd {
            // Only while the bulk lane was at work, without its first and last moment.
            let busy = series.samples.filter { $0.bulkLatency[.commitWait] != nil }
            return [Array(busy.dropFirst().dropLast())]
        }
        var start: Int64 = 0
        return result.stages.map { stage in
            let end = start + stage.part.duration
            defer { start = end }
            guard !stage.isExcluded else { return [] }
            return series.samples.filter { (start..<end).contains($0.start + $0.duration / 2) }
        }
    }

    private func value(_ sample: RunSample) -> Double? {
        guard metric.kind == .monthEnd else { return metric.value(of: sample) }
        let count = sample.totals[.writeOffs] ?? 0
        return count > 0 ? sample.perSecond(count) : nil
    }

    /// Logarithms of B divided by A in stretches of several windows that lie at the same place of both runs.
    private var blockRatios: [Double] {
        let windows = strata.reduce(0) { $0 + min($1.a.count, $1.b.count) }
        let length = max(1, (windows + Self.blockCount - 1) / Self.blockCount)
        return strata.flatMap { stratum in
            stride(from: 0, to: min(stratum.a.count, stratum.b.count), by: length).compactMap { start -> Double? in
                guard let a = merged(stratum.a.dropFirst(start).prefix(length)),
                    let b = merged(stratum.b.dropFirst(start).prefix(length))
                else { return nil }
                return log(b / a)
            }
        }
    }

    private func merged(_ samples: some Sequence<RunSample>) -> Double? {
        var whole: RunSample?
        for sample in samples {
            if whole == nil { whole = sample } else { whole?.add(sample) }
        }
        return whole.flatMap(value)
    }

    /// By how much more than half the generator's timers were late in one run than in the other, as a logarithm.
    ///
    /// The lag says nothing of the pool, but of the machine: whatever else ran on it delays both.
    private var machineDifference: Double {
        guard let a = runs.a.overall.latency[.scheduleLag]?.p50, let b = runs.b.overall.latency[.scheduleLag]?.p50
        else { return 0 }
        return max(0, abs(log(Double(max(1, b)) / Double(max(1, a)))) - log(1.5))
    }

    /// Where the ratio of the whole runs lies when their windows are drawn again.
    private func interval(blockLength: Int) -> ClosedRange<Double> {
        var random = RandomStream(seed: 1, purpose: .resampling)
        let ratios = (0..<resamples).compactMap { _ -> Double? in
            guard let a = resampled(strata.map(\.a), blockLength, &random),
                let b = resampled(strata.map(\.b), blockLength, &random)
            else { return nil }
            return b / a
        }
        return ratios.isEmpty ? 0...Double.greatestFiniteMagnitude : Resampling.interval(ratios)
    }

    private func resampled(_ strata: [[RunSample]], _ length: Int, _ random: inout RandomStream) -> Double? {
        guard case .latency(let name, let statistic) = metric.kind else {
            let values = strata.flatMap { samples in
                Resampling.blocks(samples.count, length: length, &random).compactMap { value(samples[$0]) }
            }
            return values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
        }
        var sum = LatencySum()
        for samples in strata {
            for index in Resampling.blocks(samples.count, length: length, &random) {
                if let counts = samples[index].latency[name] { sum.add(counts) }
            }
        }
        return sum.value(at: statistic).map { Double(max(1, $0)) }
    }
}

/// Histograms added up, a place for every slot.
private struct LatencySum {
    private var counts = [Int64](repeating: 0, count: LatencySlots.count)
    private var total: Int64 = 0

    mutating func add(_ part: LatencyCounts) {
        for (slot, count) in zip(part.slots, part.counts) {
            counts[Int(slot)] += Int64(count)
            total += Int64(count)
        }
    }

    func value(at statistic: LatencyStatistic) -> Int64? {
        guard total > 0 else { return nil }
        var left = statistic.rank(of: total)
        for (slot, count) in counts.enumerated() {
            left -= count
            if left <= 0 { return LatencySlots.upperEdge(of: slot) }
        }
        return nil
    }
}
