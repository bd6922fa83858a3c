/// How the rate of arrivals goes over a stage.
public enum RateShape: Sendable, Hashable {
    /// Always the same.
    case constant(Rate)
    /// So many over the whole stage, at a constant rate.
    case total(Int64)
    /// From one rate at the beginning of the stage to another at its end, in a straight line.
    case ramp(from: Rate, to: Rate)
    /// From one rate to another in `count` equal steps, each as long as the others.
    case steps(from: Rate, to: Rate, count: Int)
    /// One rate, but another for a while; times are nanoseconds after the beginning of the stage.
    case spike(rate: Rate, peak: Rate, at: Int64, lasting: Int64)
    /// Up and down around a mean, beginning at the mean and going up.
    case sine(mean: Rate, amplitude: Rate, period: Int64)
    /// As a file tells: each rate holds until the next one's time, the last to the end of the stage.
    case traced([TracedRate])
}

/// A rate and when it begins.
public struct TracedRate: Sendable, Hashable {
    /// Nanoseconds after the beginning of the stage.
    public var time: Int64
    /// The rate from then on.
    public var rate: Rate

    /// A rate from `time` on.
    public init(time: Int64, rate: Rate) {
        self.time = time
        self.rate = rate
    }
}
