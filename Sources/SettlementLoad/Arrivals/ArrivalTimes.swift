/// The intended times of one load in one stage, in nanoseconds after its beginning, ascending and below its length.
struct ArrivalTimes: Sendable {
    private let load: ArrivalLoad
    private let duration: Int64
    private var count: Int64 = 0
    /// Exact: how many are still to come. Others: unused.
    private var remaining: Int64
    /// Poisson: nanoseconds. Exact: part of the stage.
    private var position = 0.0

    init(_ load: ArrivalLoad, duration: Int64) {
        self.load = load
        self.duration = duration
        self.remaining = load.rate.count(in: duration)
    }

    /// The next time, or `nil` when the stage has no more.
    mutating func next(_ random: inout RandomStream) -> Int64? {
        defer { count += 1 }
        switch load.pattern {
        case .even:
            return load.rate.time(ofArrival: count).flatMap { $0 < duration ? $0 : nil }
        case .poisson:
            guard load.rate.millionths > 0 else { return nil }
            position -= PortableMath.ln(random.unit()) * (1e9 / load.rate.perSecond)
            return position < Double(duration) ? Int64(position) : nil
        case .exact:
            guard remaining > 0 else { return nil }
            // The smallest of `remaining` uniform numbers in what is left of the stage.
            position += (1 - position) * (1 - PortableMath.exp(PortableMath.ln(random.unit()) / Double(remaining)))
            remaining -= 1
            return min(Int64(position * Double(duration)), duration - 1)
        }
    }
}
