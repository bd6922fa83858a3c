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
        /// How long it takes from the end of a fault to the recovery.
        case recovery
    }

    /// Stretches in each of which a threshold must hold.
    public struct Window: Sendable, Hashable {
        /// How long one is, in nanoseconds.
        public var length: Int64
        /// Whether there is one from each moment on, or they follow each other.
        public var isSliding: Bool

        /// Stretches of one length.
        public init(length: Int64, isSliding: Bool) {
            self.length = length
            self.isSliding = isSliding
        }
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
    /// The stage looked at, or, for a recovery, the fault; `nil`: all stages that count, all faults.
    public var stage: String?
    /// In which stretches it must hold; `nil`: over all that is looked at, taken together.
    public var window: Window?
    /// From when on the run is ended early if it does not hold, in nanoseconds after the beginning of what is looked at;
    /// `nil`: it is judged at the end.
    public var abortDelay: Int64?
}

extension Threshold.Measure {
    /// A value of this measure as people read it: `1.24 ms`, `600,000`, `312k/s`, `0.1 %`.
    public func format(_ value: Double) -> String {
        switch self {
        case .latency, .recovery: Display.duration(Int64(value))
        case .count: Display.count(Int64(value))
        case .rate: Display.rate(value)
        case .share: Display.share(value)
        }
    }
}
