/// What is told about a latency.
public enum LatencyStatistic: String, Sendable, Hashable, CaseIterable {
    /// Half of all are at most this.
    case p50
    /// 90 %.
    case p90
    /// 95 %.
    case p95
    /// 99 %.
    case p99
    /// 99.9 %.
    case p99_9
    /// 99.99 %.
    case p99_99
    /// The largest, exact.
    case max

    /// Shares of all values in ten-thousandths; the maximum has 10,000.
    var tenThousandths: Int64 {
        switch self {
        case .p50: 5_000
        case .p90: 9_000
        case .p95: 9_500
        case .p99: 9_900
        case .p99_9: 9_990
        case .p99_99: 9_999
        case .max: 10_000
        }
    }

    /// As people write it: `p99.9`.
    public var label: String { String(rawValue.map { $0 == "_" ? "." : $0 }) }
}

extension LatencyStatistic {
    /// The position, from 1, of the value that at least this share of `count` values does not exceed.
    func rank(of count: Int64) -> Int64 {
        let (whole, rest) = (Int128(count) * Int128(tenThousandths)).quotientAndRemainder(dividingBy: 10_000)
        return Swift.max(1, Int64(whole) + (rest == 0 ? 0 : 1))
    }
}

/// What a run counts.
public enum TotalName: String, Sendable, Hashable, CaseIterable {
    /// Recharges applied.
    case recharges
    /// Bills issued, before and during the run.
    case bills
    /// Bills written off completely.
    case writeOffs
    /// Notifications delivered to controllers.
    case notifications
    /// Instances seen running after we started them.
    case instancesStarted
    /// Starts whose payment's time is not known: a sweep found them, or the payment was recovered. No latency has them.
    case untimedStarts
    /// Requests refused because a shard was overloaded.
    case rejected
    /// Requests that ended in an error or a refusal that was not planned.
    case failed
}
