internal import Foundation
internal import Settlement

/// Two sets of runs held against each other, metric by metric.
///
/// A difference is shown only if it passes three judges: ranks of one-second windows (or of runs, when there are several a
/// side), the scatter of longer blocks side by side, and a bootstrap interval that leaves out 1. The second one also
/// catches noise that lasts for seconds, as a busy neighbour makes it, and gives the noise floor. When the generator's own
/// lag says that the machine was not the same for both, the floor grows by as much. Metrics share one level of 5 %.
public struct Comparison: Sendable {
    /// Names of the two sides.
    public let names: (a: String, b: String)
    /// One for each metric that both sides have.
    public let metrics: [MetricComparison]
    /// What a reader must know.
    public let notes: [String]
    let runs: (a: [RunResult], b: [RunResult])

    private static let level = 0.05

    /// Compares the runs of B with those of A; one each, or as many of one side as of the other.
    ///
    /// - Parameter resamples: how often the bootstrap draws; at least 40.
    /// - Precondition: both sides have the same number of runs, at least one.
    public init(_ a: [RunResult], _ b: [RunResult], names: (a: String, b: String), resamples: Int = 400) {
        precondition(!a.isEmpty && a.count == b.count, "both sides have the same number of runs")
        self.names = names
        runs = (a, b)
        notes = Self.notes(a, b)
        let shared = ComparedMetric.all.filter { metric in
            (a + b).allSatisfy { (metric.value(of: $0) ?? 0) > 0 }
        }
        let level = Self.level / Double(max(1, shared.count))
        metrics = shared.compactMap { metric in
            a.count == 1
                ? WindowComparison(metric, a[0], b[0], level: level, resamples: resamples).result
                : Self.compareRuns(metric, a, b, level: level, resamples: resamples)
        }
    }

    /// Whether all runs are valid: what others differ in says nothing of the pool.
    public var isValid: Bool { (runs.a + runs.b).allSatisfy { $0.verdict == .valid } }

    /// Metrics of which B is worse by more than `limit`, a part of A.
    public func regressions(over limit: Double) -> [MetricComparison] {
        metrics.filter { $0.verdict == .worse && $0.worsening > limit }
    }

    /// Runs side by side in the order in which they ran.
    private static func compareRuns(
        _ metric: ComparedMetric,
        _ a: [RunResult],
        _ b: [RunResult],
        level: Double,
        resamples: Int
    ) -> MetricComparison? {
        let (valuesA, valuesB) = (a.compactMap(metric.value), b.compactMap(metric.value))
        let logs = zip(valuesA, valuesB).map { log($1 / $0) }
        let z = SignificanceTest.mannWhitney([(valuesA, valuesB)])
        let student = SignificanceTest.student(logs, level: level)
        var random = RandomStream(seed: 1, purpose: .resampling)
        let ratios = (0..<resamples).map { _ in
            median(Resampling.draw(valuesB, &random)) / median(Resampling.draw(valuesA, &random))
        }
        return judge(
            metric,
            a: median(valuesA),
            b: median(valuesB),
            interval: Resampling.interval(ratios),
            ranks: (SignificanceTest.twoSided(z), level: Self.level),
            blocks: student,
            level: level
        )
    }

    static func judge(
        _ metric: ComparedMetric,
        a: Double,
        b: Double,
        interval: ClosedRange<Double>,
        ranks: (p: Double, level: Double),
        blocks: (p: Double, halfWidth: Double),
        level: Double
    ) -> MetricComparison {
        let ratio = b / a
        let isShown =
            ranks.p < ranks.level && blocks.p < level && !interval.contains(1) && abs(log(ratio)) > blocks.halfWidth
        let isWorse = metric.isMoreBetter ? ratio < 1 : ratio > 1
        return MetricComparison(
            metric: metric,
            a: a,
            b: b,
            ratio: ratio,
            interval: interval,
            rankProbability: ranks.p,
            noiseFloor: expm1(blocks.halfWidth),
            verdict: !isShown ? .noDifferenceShown : isWorse ? .worse : .better
        )
    }

    static func median(_ values: [Double]) -> Double {
        let sorted = values.sorted()
        let half = sorted.count / 2
        return sorted.count % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2
    }

    private static func notes(_ a: [RunResult], _ b: [RunResult]) -> [String] {
        let all = a + b
        var notes: [String] = []
        if zip(a, b).contains(where: { $0.arrivalsDigest != $1.arrivalsDigest }) {
            notes.append("The sides had different arrivals: profile, seed or population differ.")
        }
        for result in all where result.verdict != .valid {
            notes.append("A run of \(result.profile) is \(result.verdict.rawValue): \(result.verdictReason).")
        }
        if Set(all.map(\.host.isOptimized)).count > 1 {
            notes.append("One side was built with optimisation, the other without.")
        }
        if Set(all.map { "\($0.host.system) \($0.host.processors)" }).count > 1 {
            notes.append("The sides ran on different machines.")
        }
        if a.count == 1 {
            notes.append("One run a side: what differs between runs of the same thing is unknown; --repeat 5 tells it.")
        } else if a.count < 4 {
            notes.append("\(a.count) runs a side cannot show a difference; four are the least, five are better.")
        }
        return notes
    }
}
