public import Settlement

/// A condition that a run must meet: `recharge_to_start p99 < 28ms @peak`.
public struct Threshold: Sendable, Hashable {
    /// What is looked at.
    public enum Measure: Sendable, Hashable {
        /// A statistic of a latency.
        case latency(PathStage, LatencyStatistic)
        /// How many.
        case count(TotalName)
        /// How many each second.
        case rate(TotalName)
        /// Which part of all submitted requests.
        case share(TotalName)
    }

    /// How it is compared with the bound.
    public enum Comparison: String, Sendable, Hashable, CaseIterable {
        /// Smaller.
        case less = "<"
        /// Smaller or the same.
        case lessOrEqual = "<="
        /// Greater.
        case greater = ">"
        /// Greater or the same.
        case greaterOrEqual = ">="
        /// The same.
        case equal = "=="
        /// Not the same.
        case notEqual = "!="

        /// Whether `observed` stands in this relation to `bound`.
        public func holds(_ observed: Double, _ bound: Double) -> Bool {
            switch self {
            case .less: observed < bound
            case .lessOrEqual: observed <= bound
            case .greater: observed > bound
            case .greaterOrEqual: observed >= bound
            case .equal: observed == bound
            case .notEqual: observed != bound
            }
        }
    }

    /// As it was written.
    public var expression: String
    /// What is looked at.
    public var measure: Measure
    /// How it is compared.
    public var comparison: Comparison
    /// In nanoseconds, as a count, each second, or as a part of 1, according to the measure. Exact below 2⁵³.
    public var bound: Double
    /// The stage looked at; `nil`: all stages that count.
    public var stage: String?
}

extension Threshold.Measure {
    /// A value of this measure as people read it: `1.24 ms`, `600,000`, `312k/s`, `0.1 %`.
    public func format(_ value: Double) -> String {
        switch self {
        case .latency: Display.duration(Int64(value))
        case .count: Display.count(Int64(value))
        case .rate: Display.rate(value)
        case .share: Display.share(value)
        }
    }
}
