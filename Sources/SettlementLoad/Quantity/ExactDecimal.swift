/// A decimal number as it was written: `1.20` is 120 with a scale of 2. Never a floating-point number.
struct ExactDecimal: Sendable, Hashable {
    /// All digits as one integer, with its sign.
    var digits: Int64
    /// How many of them stand after the point: 0 ... 18.
    var scale: Int

    /// Reads `12`, `-0.5`, `+3`, `200_000`. Nothing else, and at most 18 digits.
    init?(_ text: some StringProtocol) {
        var magnitude: Int64 = 0
        var scale = 0
        var seen = 0
        var afterPoint = false
        var previousWasDigit = false
        var rest = Substring(text)
        let negative = rest.first == "-"
        if negative || rest.first == "+" { rest = rest.dropFirst() }
        for byte in rest.utf8 {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                seen += 1
                guard seen <= 18 else { return nil }
                magnitude = magnitude * 10 + Int64(byte - UInt8(ascii: "0"))
                if afterPoint { scale += 1 }
                previousWasDigit = true
            case UInt8(ascii: "_"):
                guard previousWasDigit, !afterPoint else { return nil }
                previousWasDigit = false
            case UInt8(ascii: "."):
                guard previousWasDigit, !afterPoint else { return nil }
                afterPoint = true
                previousWasDigit = false
            default:
                return nil
            }
        }
        guard previousWasDigit else { return nil }
        self.digits = negative ? -magnitude : magnitude
        self.scale = scale
    }

    var isNegative: Bool { digits < 0 }

    /// The number times `factor` when that is a whole number of 64 bits, else `nil`.
    func whole(times factor: Int64) -> Int64? {
        let (quotient, remainder) = (Int128(digits) * Int128(factor)).quotientAndRemainder(
            dividingBy: Self.power(scale)
        )
        return remainder == 0 ? Int64(exactly: quotient) : nil
    }

    /// The number times `factor`, rounded to the nearest whole number, halves away from 0; clamped to 64 bits.
    func rounded(times factor: Int64) -> Int64 {
        let unit = Self.power(scale)
        let (quotient, remainder) = (Int128(digits) * Int128(factor)).quotientAndRemainder(dividingBy: unit)
        let step: Int128 = 2 * remainder.magnitude >= unit.magnitude ? (isNegative ? -1 : 1) : 0
        return Int64(clamping: quotient + step)
    }

    private static func power(_ exponent: Int) -> Int128 {
        var result: Int128 = 1
        for _ in 0..<exponent { result *= 10 }
        return result
    }
}
