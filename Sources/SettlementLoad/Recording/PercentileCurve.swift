public import Settlement

/// A distribution of durations as points of its cumulative count, dense towards the tail.
public struct PercentileCurve: Sendable, Hashable {
    /// So many durations are at most so long.
    public struct Point: Sendable, Hashable {
        /// A duration in nanoseconds.
        public var value: Int64
        /// How many durations are not longer.
        public var below: Int64
    }

    /// How many durations there are.
    public var count: Int64
    /// Ascending in both; the last is the exact maximum of all.
    public var points: [Point] = []

    /// A curve whose points are still to be added.
    init(count: Int64) { self.count = count }

    /// The duration that `share` of all durations (0 through 1) does not exceed, as the next point above it tells.
    public func value(at share: Double) -> Int64 {
        let rank = Int64((share * Double(count)).rounded(.up))
        return points.first { $0.below >= rank }?.value ?? points.last?.value ?? 0
    }
}

/// The distributions of one lane.
public typealias CurveTable = NamedTable<PathStage, PercentileCurve>

extension PercentileCurve: Codable {
    /// Reads what ``encode(to:)`` wrote.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        self.init(count: 0)
        for word in try container.decode(String.self).split(separator: " ") {
            let parts = word.split(separator: ":")
            guard parts.count == 2, let value = Int64(parts[0]), let below = Int64(parts[1]) else {
                throw DecodingError.dataCorruptedError(
                    in: container,
                    debugDescription: "'\(word)' is not NANOSECONDS:COUNT of a percentile curve"
                )
            }
            points.append(Point(value: value, below: below))
        }
        count = points.last?.below ?? 0
    }

    /// Writes one line of text: `NANOSECONDS:COUNT` for each point, the count being of durations not longer.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(points.map { "\($0.value):\($0.below)" }.joined(separator: " "))
    }
}
