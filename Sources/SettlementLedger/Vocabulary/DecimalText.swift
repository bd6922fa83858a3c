/// Why a text is no money.
public enum MoneyError: Error, Sendable, Hashable {
    /// No number stands there; the offset of the first byte that does not fit.
    case notANumber(offset: Int)
    /// More decimals than can be kept without rounding; how many are allowed.
    case tooManyDecimals(allowed: Int)
    /// The value leaves the range of its type.
    case outOfRange
    /// Not one of the settlement currencies.
    case unknownCurrency(String)
    /// Not `CUR 123.45`.
    case notMoney
}

extension MoneyError: CustomStringConvertible {
    /// What was wrong and what was expected.
    public var description: String {
        switch self {
        case .notANumber(let offset): "not a decimal number (byte \(offset)); expected for instance 100.00 or 1.2E-7"
        case .tooManyDecimals(let allowed): "more than \(allowed) decimals; nothing is rounded silently"
        case .outOfRange: "the amount is too large"
        case .unknownCurrency(let code):
            "\(code) is not a settlement currency; expected "
                + Currency.allCases.map(\.code).joined(separator: ", ")
        case .notMoney: "expected a currency and an amount, for instance CNY 100.00"
        }
    }
}

/// A decimal number as written: digits × 10^exponent.
struct DecimalText {
    private var digits: Int128 = 0
    private var exponent = 0

    init(_ text: some Collection<UInt8>) throws(MoneyError) {
        var bytes = Bytes(text)
        let isNegative = bytes.takeSign()
        var hasDigits = false
        var isFraction = false
        while true {
            if let digit = bytes.takeDigit() {
                hasDigits = true
                try append(digit, isFraction: isFraction)
            } else if !isFraction, bytes.take(UInt8(ascii: ".")) {
                isFraction = true
            } else {
                break
            }
        }
        if hasDigits, bytes.take(UInt8(ascii: "E")) || bytes.take(UInt8(ascii: "e")) {
            exponent += try bytes.takeExponent()
        }
        guard hasDigits, bytes.isAtEnd else { throw .notANumber(offset: bytes.offset) }
        if isNegative { digits = -digits }
    }

    private mutating func append(_ digit: UInt8, isFraction: Bool) throws(MoneyError) {
        let (tenfold, overflow) = digits.multipliedReportingOverflow(by: 10)
        let (sum, carry) = tenfold.addingReportingOverflow(Int128(digit))
        if overflow || carry {
            // More digits than fit: only zeros behind the point may be dropped.
            guard isFraction else { throw .outOfRange }
            guard digit == 0 else { throw .tooManyDecimals(allowed: -exponent) }
            return
        }
        digits = sum
        if isFraction { exponent -= 1 }
    }

    /// The number × 10^decimals as an integer, exactly; `nil`: out of range.
    func scaled(by decimals: Int) throws(MoneyError) -> Int128? {
        if digits == 0 { return 0 }
        var value = digits
        var power = exponent + decimals
        while power < 0 {
            let (quotient, rest) = value.quotientAndRemainder(dividingBy: 10)
            if rest != 0 { throw .tooManyDecimals(allowed: decimals) }
            value = quotient
            power += 1
        }
        while power > 0 {
            let (product, overflow) = value.multipliedReportingOverflow(by: 10)
            if overflow { return nil }
            value = product
            power -= 1
        }
        return value
    }

    /// `value` × 10^-decimals with no trailing zeros but at least `minimum` decimals.
    static func format(_ value: Int128, decimals: Int, atLeast minimum: Int) -> String {
        var digits = String(value.magnitude)
        if digits.count <= decimals { digits = String(repeating: "0", count: decimals + 1 - digits.count) + digits }
        let whole = digits.dropLast(decimals)
        var fraction = digits.suffix(decimals)
        while fraction.count > minimum, fraction.last == "0" { fraction.removeLast() }
        return (value < 0 ? "-" : "") + whole + (fraction.isEmpty ? "" : "." + fraction)
    }
}

/// Bytes taken from the front.
private struct Bytes<Text: Collection<UInt8>> {
    private let text: Text
    private var index: Text.Index
    private(set) var offset = 0

    init(_ text: Text) {
        self.text = text
        self.index = text.startIndex
    }

    var isAtEnd: Bool { index == text.endIndex }

    mutating func take(_ byte: UInt8) -> Bool {
        guard !isAtEnd, text[index] == byte else { return false }
        advance()
        return true
    }

    mutating func takeDigit() -> UInt8? {
        guard !isAtEnd, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(text[index]) else { return nil }
        defer { advance() }
        return text[index] - UInt8(ascii: "0")
    }

    /// Takes a sign, if there is one, and tells whether it was a minus.
    mutating func takeSign() -> Bool {
        if take(UInt8(ascii: "-")) { return true }
        _ = take(UInt8(ascii: "+"))
        return false
    }

    /// Exponents beyond any amount are cut at ±1,000, which is out of range as well.
    mutating func takeExponent() throws(MoneyError) -> Int {
        let isNegative = takeSign()
        guard var value = takeDigit().map(Int.init) else { throw .notANumber(offset: offset) }
        while let digit = takeDigit() { value = min(1_000, value * 10 + Int(digit)) }
        return isNegative ? -value : value
    }

    private mutating func advance() {
        index = text.index(after: index)
        offset += 1
    }
}
