internal import SettlementLedger

/// Why a text is not the quantity it should be, in words that finish the sentence "`text` …".
struct QuantityProblem: Error, Hashable {
    var problem: String
    init(_ problem: String) { self.problem = problem }
}

/// Quantities as people write them, read exactly: `28ms`, `1.2M/s`, `20%`, `64MiB`, `CNY 100.00`.
enum QuantityText {
    /// Whole number of at least 0, with an optional `k`, `M` or `G`: `200k`, `200_000`, `1.5M`.
    static func count(_ text: String) throws(QuantityProblem) -> Int64 {
        let (number, suffix) = try split(text)
        guard let factor = suffix.isEmpty ? 1 : magnitudes[suffix] else {
            throw QuantityProblem("ends in '\(suffix)', which is no magnitude")
        }
        return try whole(number, factor, of: "count")
    }

    /// Nanoseconds of at least 0: `250ns`, `28ms`, `1.5s`, `2m`, `1h`, `1d`.
    static func duration(_ text: String) throws(QuantityProblem) -> Int64 {
        let (number, suffix) = try split(text)
        guard let factor = durationUnits[suffix] else {
            throw QuantityProblem(suffix.isEmpty ? "has no unit" : "ends in '\(suffix)', which is no unit of time")
        }
        return try whole(number, factor, of: "duration")
    }

    /// Bytes of at least 0: `4096B`, `64KiB`, `64MiB`, `2GiB`, and `kB`, `MB`, `GB` by thousands.
    static func bytes(_ text: String) throws(QuantityProblem) -> Int64 {
        let (number, suffix) = try split(text)
        guard let factor = byteUnits[suffix] else {
            throw QuantityProblem(suffix.isEmpty ? "has no unit" : "ends in '\(suffix)', which is no unit of size")
        }
        return try whole(number, factor, of: "size")
    }

    /// Something per time: `500/s`, `1.2M/s`, `90/min`, `10k/h`.
    static func rate(_ text: String) throws(QuantityProblem) -> Rate {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let period = ratePeriods[trimmed(parts[1])] else {
            throw QuantityProblem("is no rate")
        }
        let (number, suffix) = try split(trimmed(parts[0]))
        guard let factor = suffix.isEmpty ? 1 : magnitudes[suffix] else {
            throw QuantityProblem("has '\(suffix)' before the '/', which is no magnitude")
        }
        return Rate(millionths: try whole(number, factor * 1_000_000, of: "rate"), periodNanoseconds: period)
    }

    /// A part of a whole, 0 % to 100 %: `20%`, `0.1%`.
    static func share(_ text: String) throws(QuantityProblem) -> Share {
        let (number, suffix) = try split(text)
        guard suffix == "%" else { throw QuantityProblem("has no '%'") }
        let parts = try whole(number, 10_000_000, of: "share")
        guard parts <= Share.all.partsPerBillion else { throw QuantityProblem("is more than 100%") }
        return Share(partsPerBillion: parts)
    }

    /// Money in `currency`, exact to its minor unit: `CNY 100.00`, `JPY 500`.
    static func amount(_ text: String, in currency: Currency) throws(QuantityProblem) -> Amount {
        let parts = text.split(separator: " ")
        guard parts.count == 2, let written = Currency(code: parts[0]) else {
            throw QuantityProblem("is no amount of money")
        }
        guard written == currency else {
            throw QuantityProblem("is in \(written.code), but the profile's currency is \(currency.code)")
        }
        guard let number = ExactDecimal(parts[1]) else { throw QuantityProblem("is no amount of money") }
        guard !number.isNegative else { throw QuantityProblem("is negative") }
        var minor: Int64 = 1
        for _ in 0..<currency.exponent { minor *= 10 }
        guard let units = number.whole(times: minor) else {
            throw QuantityProblem("does not fit \(currency.code), which has \(currency.exponent) decimals")
        }
        return Amount(minorUnits: units)
    }
}

extension QuantityText {
    private static let magnitudes: [String: Int64] = ["k": 1_000, "M": 1_000_000, "G": 1_000_000_000]
    private static let durationUnits: [String: Int64] = [
        "ns": 1, "us": 1_000, "µs": 1_000, "ms": 1_000_000, "s": 1_000_000_000, "m": 60_000_000_000,
        "min": 60_000_000_000, "h": 3_600_000_000_000, "d": 86_400_000_000_000,
    ]
    private static let byteUnits: [String: Int64] = [
        "B": 1, "kB": 1_000, "MB": 1_000_000, "GB": 1_000_000_000, "KiB": 1_024, "MiB": 1_048_576,
        "GiB": 1_073_741_824,
    ]
    private static let ratePeriods: [String: Int64] = [
        "s": 1_000_000_000, "m": 60_000_000_000, "min": 60_000_000_000, "h": 3_600_000_000_000,
    ]

    /// The number in front and the unit behind it.
    private static func split(_ text: String) throws(QuantityProblem) -> (ExactDecimal, String) {
        let numeric = text.prefix { $0.isASCII && ($0.isNumber || "+-._".contains($0)) }
        guard let number = ExactDecimal(numeric) else { throw QuantityProblem("is no number") }
        return (number, trimmed(text.dropFirst(numeric.count)))
    }

    private static func whole(_ number: ExactDecimal, _ factor: Int64, of kind: String) throws(QuantityProblem) -> Int64
    {
        guard !number.isNegative else { throw QuantityProblem("is negative; a \(kind) cannot be") }
        guard let result = number.whole(times: factor) else {
            throw QuantityProblem("is too large or too fine for a \(kind)")
        }
        return result
    }

    private static func trimmed(_ text: Substring) -> String {
        String(text.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }
}
