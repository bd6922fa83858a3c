#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// How long something takes, in nanoseconds.
public enum LatencyModel: Sendable, Hashable {
    /// Always the same.
    case constant(Int64)
    /// Each duration of the range as likely as any other.
    case uniform(ClosedRange<Int64>)
    /// Half of the durations are shorter than `median`; `sigma` (0 and more) stretches the long tail.
    case logNormal(median: Int64, sigma: Double)
    /// One of these, each as likely as any other; at least one.
    case drawn([Int64])

    /// One duration, at least 0.
    public func sample(using generator: inout some RandomNumberGenerator) -> Int64 {
        switch self {
        case .constant(let nanoseconds): return max(0, nanoseconds)
        case .uniform(let range): return max(0, Int64.random(in: range, using: &generator))
        case .logNormal(let median, let sigma):
            // Box and Muller: two uniform numbers make a normal one.
            let radius = (-2 * log(Double.random(in: Double.leastNonzeroMagnitude..<1, using: &generator))).squareRoot()
            let normal = radius * cos(2 * Double.pi * Double.random(in: 0..<1, using: &generator))
            let nanoseconds = Double(max(0, median)) * exp(sigma * normal)
            return nanoseconds < 9e18 ? Int64(nanoseconds) : Int64.max
        case .drawn(let durations): return max(0, durations[Int.random(in: durations.indices, using: &generator)])
        }
    }
}
