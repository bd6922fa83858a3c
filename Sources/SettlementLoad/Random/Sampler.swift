/// Draws numbers from a ``Distribution``; the tables it needs are made once.
struct Sampler: Sendable {
    private enum Method: Sendable {
        case constant
        case uniform(width: UInt64)
        /// Chance that a value is at most `minimum` + position, as a part of 2⁶⁴.
        case table([UInt64])
        case lognormal(mu: Double, sigma: Double)
        case drawn([Int64])
    }

    private let minimum: Int64
    private let maximum: Int64
    private let method: Method

    /// - Precondition: the distribution is sound (the profile decoder has seen to it).
    init(_ distribution: Distribution) {
        precondition(distribution.problem == nil, distribution.problem ?? "")
        minimum = distribution.minimum
        maximum = distribution.maximum
        let mean = Double(distribution.meanThousandths) / 1_000
        switch distribution.shape {
        case .constant:
            method = .constant
        case .uniform:
            method = .uniform(width: UInt64(maximum - minimum) + 1)
        case .zipf:
            method = minimum == maximum ? .constant : .table(Self.zipfTable(minimum...maximum, mean: mean))
        case .empirical:
            method = .drawn(distribution.values)
        case .lognormal:
            let sigma = Double(distribution.spreadThousandths) / 1_000
            method = .lognormal(mu: PortableMath.ln(mean) - sigma * sigma / 2, sigma: sigma)
        }
    }

    /// The next number. O(1), for zipf O(log n).
    func next(_ random: inout RandomStream) -> Int64 {
        switch method {
        case .constant:
            return minimum
        case .uniform(let width):
            return minimum + Int64(random.next(below: width))
        case .table(let cumulative):
            let draw = random.next()
            var (low, high) = (0, cumulative.count - 1)
            while low < high {
                let middle = (low + high) / 2
                if draw < cumulative[middle] { high = middle } else { low = middle + 1 }
            }
            return minimum + Int64(low)
        case .drawn(let values):
            return values[Int(random.next(below: UInt64(values.count)))]
        case .lognormal(let mu, let sigma):
            let value = PortableMath.exp(mu + sigma * random.standardNormal())
            return value >= Double(maximum) ? maximum : max(minimum, Int64(value.rounded()))
        }
    }

    /// Finds the exponent that meets the mean by bisection, then sums the weights up.
    private static func zipfTable(_ range: ClosedRange<Int64>, mean: Double) -> [UInt64] {
        let logarithms = range.map { PortableMath.ln(Double($0)) }
        var (low, high) = (0.0, 32.0)
        for _ in 0..<48 {
            let middle = (low + high) / 2
            var (weight, moment) = (0.0, 0.0)
            for (value, logarithm) in zip(range, logarithms) {
                let share = PortableMath.exp(-middle * logarithm)
                weight += share
                moment += share * Double(value)
            }
            if moment / weight > mean { low = middle } else { high = middle }
        }
        let weights = logarithms.map { PortableMath.exp(-high * $0) }
        let total = weights.reduce(0, +)
        var sum = 0.0
        return weights.map { weight in
            sum += weight
            return UInt64(min(sum / total, 1 - 0x1p-53) * 0x1p64)
        }
    }
}
