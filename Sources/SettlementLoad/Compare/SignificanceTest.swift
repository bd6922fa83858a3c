internal import Foundation

/// Tests of whether two sets of numbers differ.
enum SignificanceTest {
    /// How likely a normal variable is as far from 0 as `z`, in either direction.
    static func twoSided(_ z: Double) -> Double { erfc(abs(z) / 2.0.squareRoot()) }

    /// The distance from 0 beyond which a normal variable lies with probability `p`, in (0, 1).
    static func normalBound(_ p: Double) -> Double {
        var (low, high) = (0.0, 40.0)
        for _ in 0..<80 {
            let middle = (low + high) / 2
            if twoSided(middle) > p { low = middle } else { high = middle }
        }
        return (low + high) / 2
    }

    /// Mann and Whitney's test of numbers that fall into strata, such as the stages of a run, weighted after van Elteren.
    ///
    /// - Returns: a standard normal variable under the hypothesis of no difference, positive when `b` is larger. Ties count
    ///   half; there is a correction for continuity.
    static func mannWhitney(_ strata: [(a: [Double], b: [Double])]) -> Double {
        var (sum, variance, step) = (0.0, 0.0, 0.0)
        for (a, b) in strata where !a.isEmpty && !b.isEmpty {
            let (na, nb) = (Double(a.count), Double(b.count))
            let total = na + nb
            let (rankSum, ties) = rankSum(of: b, among: a)
            let weight = 1 / (total + 1)
            sum += weight * (rankSum - nb * (nb + 1) / 2 - na * nb / 2)
            let spread = total + 1 - (total > 1 ? ties / (total * (total - 1)) : 0)
            variance += weight * weight * na * nb / 12 * spread
            step = max(step, weight / 2)
        }
        guard variance > 0 else { return 0 }
        let corrected = sum > 0 ? max(0, sum - step) : min(0, sum + step)
        return corrected / variance.squareRoot()
    }

    /// Sum of the ranks of `b` among all, equal numbers sharing theirs; and Σ(t³ − t) over the groups of equal numbers.
    private static func rankSum(of b: [Double], among a: [Double]) -> (sum: Double, ties: Double) {
        let all = (a.map { (value: $0, isB: false) } + b.map { (value: $0, isB: true) }).sorted { $0.value < $1.value }
        var (sum, ties, start) = (0.0, 0.0, 0)
        while start < all.count {
            var end = start + 1
            while end < all.count, all[end].value == all[start].value { end += 1 }
            let rank = Double(start + end + 1) / 2
            sum += rank * Double(all[start..<end].count { $0.isB })
            let size = Double(end - start)
            ties += size * size * size - size
            start = end
        }
        return (sum, ties)
    }

    /// Student's test of whether the mean of `differences` is 0.
    ///
    /// - Returns: the probability of such a mean by chance, and the half width of the interval around the mean outside
    ///   of which a mean would have been less likely than `level`. With fewer than three numbers: 1 and infinity.
    static func student(_ differences: [Double], level: Double) -> (p: Double, halfWidth: Double) {
        let count = Double(differences.count)
        guard count >= 3 else { return (1, .infinity) }
        let mean = differences.reduce(0, +) / count
        let variance = differences.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (count - 1)
        let error = max((variance / count).squareRoot(), 1e-6)
        let freedom = count - 1
        // Wallace's approximation of Student's distribution by the normal one, both ways.
        let factor = (8 * freedom + 1) / (8 * freedom + 3)
        let t = mean / error
        let z = factor * (freedom * log1p(t * t / freedom)).squareRoot()
        let bound = normalBound(level) / factor
        let limit = (freedom * expm1(bound * bound / freedom)).squareRoot()
        return (twoSided(z), limit * error)
    }

    /// By which factor the numbers of a series tell less than independent ones would: 1 and more.
    ///
    /// 1 + 2 Σρ over the lags up to the first that is not positive.
    static func correlationTime(_ series: [[Double]]) -> Double {
        let centred = series.map { part in
            let mean = part.reduce(0, +) / Double(max(1, part.count))
            return part.map { $0 - mean }
        }
        let square = centred.joined().reduce(0) { $0 + $1 * $1 }
        guard square > 0 else { return 1 }
        var time = 1.0
        for lag in 1..<max(2, (series.map(\.count).max() ?? 0) / 3) {
            let product = centred.reduce(0.0) { sum, part in
                sum + zip(part, part.dropFirst(lag)).reduce(0) { $0 + $1.0 * $1.1 }
            }
            guard product > 0 else { break }
            time += 2 * product / square
        }
        return time
    }
}
