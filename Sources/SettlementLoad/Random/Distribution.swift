/// How a whole number is distributed: a count, an amount in minor units or a time in nanoseconds.
public struct Distribution: Sendable, Hashable {
    /// The shape.
    public enum Shape: String, Sendable, Hashable, CaseIterable {
        /// Always the same.
        case constant
        /// Every value of the range alike.
        case uniform
        /// Many small, few huge: value k has weight 1/k^s, with s chosen to meet the mean.
        case zipf
        /// Its logarithm is normal: sums of money and latencies look like this. Clamped to the range.
        case lognormal
        /// As often as in a list of numbers.
        case empirical
    }

    /// The shape.
    public var shape: Shape
    /// Smallest value.
    public var minimum: Int64
    /// Largest value.
    public var maximum: Int64
    /// The mean, in thousandths; before clamping to the range.
    public var meanThousandths: Int64
    /// Lognormal: standard deviation of the logarithm, in thousandths.
    public var spreadThousandths: Int64 = 1_000

    /// Empirical: the numbers, in any order.
    public var values: [Int64] = []

    /// Widest range of a zipf distribution: it keeps one number for each value.
    public static let zipfLimit: Int64 = 65_536

    /// Always `value`.
    public static func constant(_ value: Int64) -> Distribution {
        Distribution(shape: .constant, minimum: value, maximum: value, meanThousandths: value * 1_000)
    }

    /// Any of `values` with equal chance, so that a number that is there twice comes twice as often.
    ///
    /// - Precondition: there is at least one.
    public init(empirical values: [Int64]) {
        precondition(!values.isEmpty, "nothing has no distribution")
        let sum = values.reduce(Int128(0)) { $0 + Int128($1) }
        self.init(
            shape: .empirical,
            minimum: values.min() ?? 0,
            maximum: values.max() ?? 0,
            meanThousandths: Int64(clamping: sum * 1_000 / Int128(values.count))
        )
        self.values = values
    }

    /// - Precondition: `minimum` ≤ `maximum`.
    public init(uniformFrom minimum: Int64, through maximum: Int64) {
        precondition(minimum <= maximum, "an empty range has no distribution")
        self.init(shape: .uniform, minimum: minimum, maximum: maximum, meanThousandths: (minimum + maximum) * 500)
    }

    /// - Precondition: `minimum` < `mean` ≤ the middle of the range, which holds at most ``zipfLimit`` values.
    public init(zipfMean mean: Int64, from minimum: Int64, through maximum: Int64) {
        self.init(shape: .zipf, minimum: minimum, maximum: maximum, meanThousandths: mean * 1_000)
        precondition(problem == nil, problem ?? "")
    }

    /// - Precondition: `minimum` ≤ `mean` ≤ `maximum`, `mean` > 0.
    public init(lognormalMean mean: Int64, from minimum: Int64, through maximum: Int64) {
        self.init(shape: .lognormal, minimum: minimum, maximum: maximum, meanThousandths: mean * 1_000)
        precondition(problem == nil, problem ?? "")
    }

    init(shape: Shape, minimum: Int64, maximum: Int64, meanThousandths: Int64) {
        self.shape = shape
        self.minimum = minimum
        self.maximum = maximum
        self.meanThousandths = meanThousandths
    }

    /// Why no numbers can be drawn from this; `nil`: they can.
    var problem: String? {
        guard minimum <= maximum else { return "has a min above its max" }
        let (low, high, mean) = (Int128(minimum) * 1_000, Int128(maximum) * 1_000, Int128(meanThousandths))
        switch shape {
        case .constant, .uniform:
            return nil
        case .empirical:
            return values.isEmpty ? "is empirical without numbers" : nil
        case .lognormal:
            return mean >= low && mean <= high && mean > 0 ? nil : "has a mean outside min and max"
        case .zipf:
            guard minimum >= 1 else { return "is zipf with a min below 1" }
            guard maximum - minimum < Self.zipfLimit else { return "is zipf over more than \(Self.zipfLimit) values" }
            let reachable = minimum == maximum ? mean == low : mean > low && mean * 2 <= low + high
            return reachable ? nil : "is zipf with a mean that is not above min or beyond the middle of min and max"
        }
    }
}
