/// The intended times of one open-loop load in one stage, in nanoseconds after its beginning, ascending and below its
/// length.
///
/// Numbers are drawn as if one arrival were expected each unit of time, and then put where the rate curve expects them:
/// so every pattern goes with every shape.
struct ArrivalTimes: Sendable {
    private enum Method: Sendable {
        case poisson
        case even
        /// How many are still to come.
        case exact(Int64)
        case listed([Int64])
    }

    private var method: Method
    private let curve: RateCurve
    private let duration: Int64
    private var count = 0
    /// Poisson: arrivals expected so far. Exact: the part of them that is over.
    private var position = 0.0
    private var piece = 0

    /// Sums of rates are exact to about this part of an arrival.
    private static let rounding = 1e-6

    /// - Precondition: a closed-loop load has no times of its own.
    init(_ timing: ArrivalLoad.Timing, duration: Int64) {
        self.duration = duration
        switch timing {
        case .closed: preconditionFailure("callers arrive when they are answered")
        case .listed(let times):
            method = .listed(times)
            curve = RateCurve(.total(0), duration: duration)
        case .open(let shape, let pattern):
            curve = RateCurve(shape, duration: duration)
            switch pattern {
            case .poisson: method = .poisson
            case .even: method = .even
            case .exact: method = .exact(Int64(curve.total + Self.rounding))
            }
        }
    }

    /// The next time, or `nil` when the stage has no more.
    mutating func next(_ random: inout RandomStream) -> Int64? {
        defer { count += 1 }
        switch method {
        case .listed(let times):
            return count < times.count && times[count] < duration ? times[count] : nil
        case .even:
            let expected = Double(count)
            return expected < curve.total - Self.rounding ? curve.time(of: expected, from: &piece) : nil
        case .poisson:
            guard curve.total > 0 else { return nil }
            position -= PortableMath.ln(random.unit())
            return position < curve.total ? curve.time(of: position, from: &piece) : nil
        case .exact(let remaining):
            guard remaining > 0 else { return nil }
            // The smallest of `remaining` uniform numbers in what is left of the stage.
            position += (1 - position) * (1 - PortableMath.exp(PortableMath.ln(random.unit()) / Double(remaining)))
            method = .exact(remaining - 1)
            return curve.time(of: position * curve.total, from: &piece)
        }
    }
}
