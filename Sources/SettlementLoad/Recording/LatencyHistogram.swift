internal import Histogram

/// Durations in fixed memory, to three digits, from 1 ns to an hour; beyond that they are counted and the largest kept.
struct LatencyHistogram: Sendable {
    private static let limit: UInt64 = 3_600_000_000_000

    private var histogram = Histogram<UInt64>(
        highestTrackableValue: limit,
        numberOfSignificantValueDigits: .three
    )
    private var overRange: Int64 = 0
    private var maximum: Int64 = 0

    /// How many have been recorded.
    var count: Int64 { Int64(histogram.totalCount) + overRange }

    /// Records `count` equal durations; a negative one counts as 0. O(1), no allocation.
    mutating func record(_ nanoseconds: Int64, count: Int = 1) {
        precondition(count >= 0, "a count is not negative")
        let value = max(0, nanoseconds)
        maximum = max(maximum, value)
        if UInt64(value) > Self.limit || !histogram.record(UInt64(value), count: UInt64(count)) {
            overRange += Int64(count)
        }
    }

    /// Adds everything that `other` has recorded.
    mutating func add(_ other: LatencyHistogram) {
        histogram.add(other.histogram)
        overRange += other.overRange
        maximum = max(maximum, other.maximum)
    }

    /// All statistics in one pass; `nil` when nothing was recorded.
    ///
    /// A percentile is the upper edge of the bucket in which it falls, so never too small and at most 0.1 % too large;
    /// the maximum is exact.
    var summary: LatencySummary? {
        guard count > 0 else { return nil }
        var summary = LatencySummary(count: count, max: maximum)
        var wanted = LatencyStatistic.allCases.filter { $0 != .max }[...]
        var seen: Int64 = 0
        for step in histogram.recordedValues() {
            seen += Int64(step.count)
            while let statistic = wanted.first, seen >= statistic.rank(of: count) {
                summary[statistic] = min(Int64(step.value), maximum)
                wanted.removeFirst()
            }
        }
        for statistic in wanted { summary[statistic] = maximum }
        return summary
    }

    /// How many are such, each taken as large as ``summary`` would tell it; those beyond the range as large as the maximum.
    func count(where isMeant: (Int64) -> Bool) -> Int64 {
        histogram.recordedValues().reduce(isMeant(maximum) ? overRange : 0) { sum, step in
            isMeant(min(Int64(step.value), maximum)) ? sum + Int64(step.count) : sum
        }
    }

    /// The whole distribution as few points: each leaves about six sevenths of what the one
    /// before has left beyond it.
    ///
    /// Values are upper edges of buckets, as in ``summary``; the last point is the exact maximum.
    var curve: PercentileCurve {
        let total = count
        var curve = PercentileCurve(count: total)
        var seen: Int64 = 0
        var wanted: Int64 = 1
        for step in histogram.recordedValues() {
            seen += Int64(step.count)
            guard seen >= wanted, seen < total else { continue }
            curve.points.append(PercentileCurve.Point(value: min(Int64(step.value), maximum), below: seen))
            wanted = seen + max(1, (total - seen) / 7)
        }
        if total > 0 { curve.points.append(PercentileCurve.Point(value: maximum, below: total)) }
        return curve
    }
}
