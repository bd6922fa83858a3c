/// Logarithm and exponential from additions, multiplications and divisions alone.
///
/// IEEE 754 fixes those to the last bit, but not the functions of a C library: arrivals made with these are the
/// same on every machine.
enum PortableMath {
    private static let ln2 = 0x1.62e42fefa39efp-1

    /// Natural logarithm of a normal number above 0, to about 15 digits.
    static func ln(_ x: Double) -> Double {
        precondition(x.isNormal && x > 0, "no logarithm of \(x)")
        var mantissa = x.significand
        var exponent = Double(x.exponent)
        if mantissa > 1.414_213_562_373_095 {
            mantissa /= 2
            exponent += 1
        }
        // ln m = 2·artanh((m−1)/(m+1)), |ratio| ≤ 0.172: eleven odd terms are enough.
        let ratio = (mantissa - 1) / (mantissa + 1)
        let square = ratio * ratio
        var sum = 0.0
        for term in stride(from: 21.0, through: 1, by: -2) { sum = sum * square + 1 / term }
        return exponent * ln2 + 2 * ratio * sum
    }

    /// e to the power of `x`, to about 15 digits; 0 below −700 and e⁷⁰⁰ above 700.
    static func exp(_ x: Double) -> Double {
        guard x > -700 else { return 0 }
        let bounded = min(x, 700)
        let exponent = (bounded / ln2).rounded(.toNearestOrEven)
        let rest = bounded - exponent * ln2
        var sum = 1.0
        for term in stride(from: 17.0, through: 1, by: -1) { sum = 1 + rest / term * sum }
        return Double(sign: .plus, exponent: Int(exponent), significand: sum)
    }

    /// The sine of a whole number of `parts` of a turn, to about 15 digits.
    static func sine(_ numerator: Int, of parts: Int) -> Double {
        precondition(parts > 0, "a turn has parts")
        // Within half a turn of 0, where the series is good.
        var turn = Double(numerator % parts) / Double(parts)
        if turn > 0.5 { turn -= 1 }
        let angle = turn * 0x1.921fb54442d18p+2
        var sum = 1.0
        for term in stride(from: 26.0, through: 2, by: -2) { sum = 1 - angle * angle / (term * (term + 1)) * sum }
        return angle * sum
    }
}
