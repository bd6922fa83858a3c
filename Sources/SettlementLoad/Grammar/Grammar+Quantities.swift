internal import SettlementLedger

extension Grammar where Value == Int64 {
    /// A whole number within `range`.
    static func count(_ range: ClosedRange<Int64>) -> Grammar {
        let expected =
            range.upperBound == .max
            ? "a whole number from \(range.lowerBound), such as 200k"
            : "a whole number from \(range.lowerBound) to \(range.upperBound)"
        return .scalar(
            expected,
            schema: ["type": ["integer", "string"], "pattern": #"^\+?[0-9][0-9_]*(\.[0-9]+)?\s*[kMG]?$"#]
        ) { text throws(QuantityProblem) in
            let value = try QuantityText.count(text)
            guard range.contains(value) else { throw QuantityProblem("is out of range") }
            return value
        }
    }

    /// A length of time in nanoseconds, at least `minimum`.
    static func duration(atLeast minimum: Int64 = 0) -> Grammar {
        let expected = minimum > 0 ? "a duration above 0, such as 5s or 28ms" : "a duration, such as 5s or 28ms"
        return .scalar(
            expected,
            schema: ["type": "string", "pattern": #"^\+?[0-9][0-9_]*(\.[0-9]+)?\s*(ns|us|µs|ms|s|m|min|h|d)$"#]
        ) { text throws(QuantityProblem) in
            let value = try QuantityText.duration(text)
            guard value >= minimum else { throw QuantityProblem("is too short") }
            return value
        }
    }

    /// A size in bytes, above 0.
    static let bytes = Grammar.scalar(
        "a size, such as 64MiB",
        schema: ["type": "string", "pattern": #"^\+?[0-9][0-9_]*(\.[0-9]+)?\s*(B|kB|MB|GB|KiB|MiB|GiB)$"#]
    ) { text throws(QuantityProblem) in
        let value = try QuantityText.bytes(text)
        guard value > 0 else { throw QuantityProblem("is too small") }
        return value
    }
}

extension Grammar where Value == Rate {
    /// A rate, above 0.
    static let rate = rateOrNone.checked(rateOrNone.expected) { rate in
        rate.millionths > 0 ? nil : "is no rate at which anything arrives"
    }

    /// At how many whole tokens a second a bucket fills: clouds publish no others.
    static let tokens = rateOrNone.checked("whole tokens each second, from 1/s to 1G/s") { rate in
        guard let tokens = rate.wholePerSecond else { return "is no whole number each second" }
        return (1...1_000_000_000).contains(tokens) ? nil : "is out of range"
    }

    /// A rate, perhaps 0.
    static let rateOrNone = Grammar.scalar(
        "a rate, such as 500/s, 1.2M/s or 90/min",
        schema: ["type": "string", "pattern": #"^\+?[0-9][0-9_]*(\.[0-9]+)?\s*[kMG]?\s*/\s*(s|m|min|h)$"#]
    ) { text throws(QuantityProblem) in try QuantityText.rate(text) }
}

extension Grammar where Value == Share {
    static let share = Grammar.scalar(
        "a share from 0% to 100%",
        schema: ["type": "string", "pattern": #"^\+?[0-9]+(\.[0-9]+)?\s*%$"#]
    ) { text throws(QuantityProblem) in try QuantityText.share(text) }
}

extension Grammar where Value == Amount {
    /// An amount of money in the profile's currency.
    static func amount(_ currency: Currency) -> Grammar {
        .scalar(
            "an amount, such as \(currency.code) \(currency.exponent == 0 ? "100" : "100.00")",
            schema: ["type": "string", "pattern": #"^[A-Z]{3} +\+?[0-9][0-9_]*(\.[0-9]+)?$"#]
        ) { text throws(QuantityProblem) in try QuantityText.amount(text, in: currency) }
    }
}
