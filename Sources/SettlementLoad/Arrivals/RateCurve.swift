/// The rate of arrivals over a stage in straight pieces, and how many are expected by each instant.
///
/// Everything is made of sums, products, quotients and square roots, which IEEE 754 fixes: the same on every machine.
struct RateCurve: Sendable {
    /// A stretch over which the rate is a straight line.
    struct Piece: Sendable {
        /// Nanoseconds after the beginning of the stage.
        var start: Int64
        var end: Int64
        /// Arrivals each second at its beginning and at its end.
        var first: Double
        var last: Double
        /// Arrivals expected before it.
        var before: Double

        var expected: Double { (first + last) / 2 * Double(end - start) / 1e9 }

        /// How long after the beginning of the piece `count` arrivals are expected, in nanoseconds.
        func offset(of count: Double) -> Double {
            let area = count * 1e9
            if first == last { return first > 0 ? area / first : 0 }
            // The root that also holds when the line is nearly level.
            let slope = (last - first) / Double(end - start)
            let root = max(0, first * first + 2 * slope * area).squareRoot()
            return first + root > 0 ? 2 * area / (first + root) : 0
        }
    }

    private(set) var pieces: [Piece] = []
    /// Arrivals expected over the whole stage.
    private(set) var total = 0.0

    /// Straight pieces into which one period of a sine is cut: the rate is off by 0.1 % of the amplitude at most.
    static let piecesPerPeriod = 64

    /// - Parameter duration: of the stage, in nanoseconds.
    init(_ shape: RateShape, duration: Int64) {
        switch shape {
        case .constant(let rate): add(until: duration, rate.perSecond, rate.perSecond)
        case .total(let count):
            let rate = Double(count) * 1e9 / Double(duration)
            add(until: duration, rate, rate)
            total = Double(count)
        case .ramp(let from, let to): add(until: duration, from.perSecond, to.perSecond)
        case .steps(let from, let to, let count):
            for step in 0..<count {
                let share = Double(step) / Double(count - 1)
                let rate = from.perSecond + (to.perSecond - from.perSecond) * share
                add(until: Int64(Int128(duration) * Int128(step + 1) / Int128(count)), rate, rate)
            }
        case .spike(let rate, let peak, let at, let lasting):
            add(until: min(at, duration), rate.perSecond, rate.perSecond)
            add(until: min(at + lasting, duration), peak.perSecond, peak.perSecond)
            add(until: duration, rate.perSecond, rate.perSecond)
        case .sine(let mean, let amplitude, let period):
            addSine(mean.perSecond, amplitude.perSecond, period: period, duration: duration)
        case .traced(let rates):
            var rate = 0.0
            for next in rates {
                add(until: min(next.time, duration), rate, rate)
                rate = next.rate.perSecond
            }
            add(until: duration, rate, rate)
        }
    }

    /// When `count` arrivals are expected, in nanoseconds after the beginning of the stage.
    ///
    /// - Parameters:
    ///   - count: 0 or more, below ``total``.
    ///   - piece: the piece to begin the search at; set to the one found, so that ascending counts cost O(1) each.
    func time(of count: Double, from piece: inout Int) -> Int64 {
        while piece + 1 < pieces.count, pieces[piece + 1].before <= count { piece += 1 }
        let found = pieces[piece]
        return min(found.start + Int64(found.offset(of: count - found.before)), found.end - 1)
    }

    private mutating func add(until end: Int64, _ first: Double, _ last: Double) {
        let start = pieces.last?.end ?? 0
        guard end > start else { return }
        let piece = Piece(start: start, end: end, first: first, last: last, before: total)
        pieces.append(piece)
        total += piece.expected
    }

    private mutating func addSine(_ mean: Double, _ amplitude: Double, period: Int64, duration: Int64) {
        func rate(_ part: Int) -> Double {
            max(0, mean + amplitude * PortableMath.sine(part, of: Self.piecesPerPeriod))
        }
        func time(_ part: Int) -> Int64 {
            Int64(Int128(period) * Int128(part) / Int128(Self.piecesPerPeriod))
        }
        var part = 0
        while time(part) < duration {
            let (start, end) = (time(part), time(part + 1))
            let kept = Double(min(end, duration) - start) / Double(end - start)
            add(until: min(end, duration), rate(part), rate(part) + (rate(part + 1) - rate(part)) * kept)
            part += 1
        }
    }
}
