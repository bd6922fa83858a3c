/// The statistics of one latency, in nanoseconds.
public struct LatencySummary: Sendable, Hashable, Codable {
    /// How many were measured.
    public var count: Int64
    /// Half took at most this.
    public var p50: Int64 = 0
    /// 90 % took at most this.
    public var p90: Int64 = 0
    /// 95 % took at most this.
    public var p95: Int64 = 0
    /// 99 % took at most this.
    public var p99: Int64 = 0
    /// 99.9 % took at most this.
    public var p99_9: Int64 = 0
    /// 99.99 % took at most this.
    public var p99_99: Int64 = 0
    /// The largest, exact.
    public var max: Int64

    /// A summary whose percentiles are still to be set.
    init(count: Int64, max: Int64) {
        self.count = count
        self.max = max
    }

    /// One of the statistics, in nanoseconds.
    public internal(set) subscript(statistic: LatencyStatistic) -> Int64 {
        get { self[keyPath: statistic.keyPath] }
        set { self[keyPath: statistic.keyPath] = newValue }
    }
}

extension LatencyStatistic {
    fileprivate var keyPath: WritableKeyPath<LatencySummary, Int64> {
        switch self {
        case .p50: \.p50
        case .p90: \.p90
        case .p95: \.p95
        case .p99: \.p99
        case .p99_9: \.p99_9
        case .p99_99: \.p99_99
        case .max: \.max
        }
    }
}
