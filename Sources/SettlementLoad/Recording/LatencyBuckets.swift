public import Settlement

/// Durations counted between fixed bounds, as Prometheus' histograms are: they only grow, and those of many runs add up.
public struct LatencyBuckets: Sendable, Hashable, Codable {
    /// Upper bounds of the buckets in nanoseconds, ascending, from 10 µs to 1,000 s; a last bucket has none.
    public static let bounds: [Int64] =
        (4...11).flatMap { decade -> [Int64] in
            let step = (0..<decade).reduce(Int64(1)) { step, _ in step * 10 }
            return [step, step * 2, step * 5]
        } + [1_000_000_000_000]

    /// How many durations lie in each bucket, the last being those beyond all bounds.
    public private(set) var counts = [Int64](repeating: 0, count: bounds.count + 1)
    /// Sum of all durations in nanoseconds, right to two digits.
    public private(set) var sum = 0.0

    /// Nothing counted.
    public init() {}

    /// How many have been counted.
    public var count: Int64 { counts.reduce(0, +) }

    /// Adds what a stretch of time has counted; bounds are right to two digits. O(slots that occur).
    public mutating func add(_ more: LatencyCounts) {
        var bucket = 0
        for (slot, count) in zip(more.slots, more.counts) {
            let edge = LatencySlots.lowerEdge(of: Int(slot))
            while bucket < Self.bounds.count, edge > Self.bounds[bucket] { bucket += 1 }
            counts[bucket] += Int64(count)
        }
        if let mean = more.mean { sum += mean * Double(more.count) }
    }
}

/// The buckets of one lane.
public typealias LatencyBucketsTable = NamedTable<PathStage, LatencyBuckets>

extension LatencyBucketsTable {
    /// Adds what a stretch of time has counted.
    mutating func add(_ more: LatencyCountsTable) {
        for name in more.names {
            if let counts = more[name] { self[name, default: LatencyBuckets()].add(counts) }
        }
    }
}
