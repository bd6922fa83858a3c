public import Settlement

/// The latencies of one lane in a stretch of time, as histograms.
public typealias LatencyCountsTable = NamedTable<PathStage, LatencyCounts>

/// What happened in a stretch of a run.
///
/// Samples that follow each other merge into one: counts are added, histograms merged, depths and memory keep
/// their largest.
public struct RunSample: Sendable, Hashable, Codable {
    /// When it begins, in nanoseconds after the beginning of the run.
    public var start: Int64
    /// How long it is, in nanoseconds.
    public var duration: Int64
    /// Arrivals whose intended time lies in it.
    public var offered: Int64 = 0
    /// Arrivals settled in it: neither refused for overload nor failed.
    public var answered: Int64 = 0
    /// What was counted in it.
    public var totals = TotalTable()
    /// Most commands that waited in front of each shard.
    public var queueDepths: [Int] = []
    /// Most accounts and commands that each region had before it.
    public var regionDepths: [Int] = []
    /// Processor time of this process, in nanoseconds; `nil` where time is virtual.
    public var cpuNanoseconds: Int64?
    /// Most resident memory of this process, in bytes; `nil` where time is virtual.
    public var residentBytes: Int64?
    /// Latencies of the interactive lane that ended in it.
    public var latency = LatencyCountsTable()
    /// Latencies of the bulk lane that ended in it.
    public var bulkLatency = LatencyCountsTable()

    /// A stretch in which nothing happened.
    public init(start: Int64, duration: Int64) {
        self.start = start
        self.duration = duration
    }

    /// When it ends, in nanoseconds after the beginning of the run.
    public var end: Int64 { start + duration }

    /// `count` divided by the length; 0 when it has none.
    public func perSecond(_ count: Int64) -> Double { duration > 0 ? Double(count) * 1e9 / Double(duration) : 0 }

    /// Adds a sample that begins where this one ends.
    public mutating func add(_ next: RunSample) {
        duration = next.end - start
        offered += next.offered
        answered += next.answered
        for name in TotalName.allCases {
            if let count = next.totals[name] { totals[name, default: 0] += count }
        }
        queueDepths = Self.largest(queueDepths, next.queueDepths)
        regionDepths = Self.largest(regionDepths, next.regionDepths)
        if let more = next.cpuNanoseconds { cpuNanoseconds = (cpuNanoseconds ?? 0) + more }
        if let bytes = next.residentBytes { residentBytes = max(residentBytes ?? 0, bytes) }
        latency.add(next.latency)
        bulkLatency.add(next.bulkLatency)
    }

    private static func largest(_ left: [Int], _ right: [Int]) -> [Int] {
        guard left.count == right.count else { return left.isEmpty ? right : left }
        return zip(left, right).map { max($0, $1) }
    }
}

extension LatencyCountsTable {
    /// Merges every latency with that of `other`.
    mutating func add(_ other: LatencyCountsTable) {
        for name in other.names {
            if let more = other[name] { self[name, default: LatencyCounts()].add(more) }
        }
    }

    /// The statistics of every latency.
    public var summaries: LatencyTable {
        var table = LatencyTable()
        for name in names { table[name] = self[name]?.summary }
        return table
    }
}
