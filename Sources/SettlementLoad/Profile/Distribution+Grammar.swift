internal import SettlementLedger
internal import Yams

/// What the numbers of a distribution are: how one is written, and how a mean is.
struct DistributionUnit: Sendable {
    let value: Grammar<Int64>
    /// In thousandths of the unit.
    let mean: Grammar<Int64>
    let range: ClosedRange<Int64>
    /// Reads one from a field of a CSV file; `nil`: it is passed over.
    let field: @Sendable (String) throws(QuantityProblem) -> Int64?

    init(
        value: Grammar<Int64>,
        mean: Grammar<Int64>,
        range: ClosedRange<Int64>,
        field: @escaping @Sendable (String) throws(QuantityProblem) -> Int64?
    ) {
        self.value = value
        self.mean = mean
        self.range = range
        self.field = { text throws(QuantityProblem) in
            guard let number = try field(text) else { return nil }
            guard range.contains(number) else { throw QuantityProblem("is out of range") }
            return number
        }
    }

    /// Whole numbers within `range`, with a mean that may have three decimals.
    static func count(_ range: ClosedRange<Int64>) -> DistributionUnit {
        let mean = Grammar<Int64>.scalar("a number, such as 3 or 2.5", schema: ["type": ["number", "string"]]) {
            text throws(QuantityProblem) in
            guard let number = ExactDecimal(text) else { throw QuantityProblem("is no number") }
            guard !number.isNegative else { throw QuantityProblem("is negative") }
            guard let thousandths = number.whole(times: 1_000) else {
                throw QuantityProblem("has more than 3 decimals")
            }
            return thousandths
        }
        return DistributionUnit(value: .count(range), mean: mean, range: range) { text throws(QuantityProblem) in
            try QuantityText.count(text)
        }
    }

    /// Times in nanoseconds.
    static let duration = measured(.duration(), through: 86_400_000_000_000) { text throws(QuantityProblem) in
        try QuantityText.duration(text.last?.isNumber == true ? text + "s" : text)
    }

    /// Amounts of money in minor units, above 0.
    static func amount(_ currency: Currency) -> DistributionUnit {
        let positive = Grammar<Amount>.amount(currency).map(\.minorUnits)
            .checked(Grammar<Amount>.amount(currency).expected + ", above 0") { $0 > 0 ? nil : "is not above 0" }
        return measured(positive, through: 1_000_000_000_000) { text throws(QuantityProblem) in
            guard let number = ExactDecimal(text) else { throw QuantityProblem("is no number") }
            let units = number.rounded(times: currency.minorUnitsPerMajor)
            // Credits and what is worth nothing are no bills.
            return units > 0 ? units : nil
        }
    }

    /// A unit whose mean is written like its values.
    private static func measured(
        _ value: Grammar<Int64>,
        through limit: Int64,
        field: @escaping @Sendable (String) throws(QuantityProblem) -> Int64?
    ) -> DistributionUnit {
        let bounded = value.checked(value.expected) { $0 <= limit ? nil : "is too large" }
        return DistributionUnit(value: bounded, mean: bounded.map { $0 * 1_000 }, range: 0...limit, field: field)
    }
}

extension Grammar where Value == Distribution {
    /// A distribution of `unit`: one value alone, or a mapping.
    static func distribution(of unit: DistributionUnit) -> Grammar {
        let shape = Key("distribution", Grammar<Distribution.Shape>.choice(), required: true, "The shape.")
        let value = Key("value", unit.value, "The one value of a constant.")
        let mean = Key("mean", unit.mean, "The mean; for zipf and lognormal.")
        let minimum = Key("min", unit.value, "The smallest value.")
        let maximum = Key("max", unit.value, "The largest value.")
        let spread = Key(
            "spread",
            DistributionUnit.count(0...0).mean,
            "Lognormal: standard deviation of the logarithm; 1 unless given, 0 to 4."
        )
        let file = Key("file", .text("the path of a CSV file"), "Empirical: a CSV file; relative to the profile.")
        let column = Key("column", .text("the name of a column"), "Empirical: the column to draw from.")
        let keys: [any KeyDescription] = [shape, value, mean, minimum, maximum, spread, file, column]
        let mapping = Grammar.object("a distribution", keys: keys) { reader in
            let written = DistributionKeys(
                value: reader.value(value),
                mean: reader.value(mean),
                minimum: reader.value(minimum),
                maximum: reader.value(maximum),
                spread: reader.value(spread)
            )
            guard let chosen = reader.value(shape) else { return nil }
            let needed: [any KeyDescription]
            let allowed: [any KeyDescription]
            switch chosen {
            case .constant: (needed, allowed) = ([value], [])
            case .uniform: (needed, allowed) = ([minimum, maximum], [])
            case .zipf: (needed, allowed) = ([mean, maximum], [minimum])
            case .lognormal: (needed, allowed) = ([mean], [minimum, maximum, spread])
            case .empirical: (needed, allowed) = ([file, column], [])
            }
            guard reader.fits(chosen, needed: needed, allowed: allowed, all: keys) else { return nil }
            if chosen == .empirical { return reader.empirical(file, reader.value(column), unit) }
            return written.distribution(chosen, range: unit.range, reader: reader)
        }
        return mapping.orShort(unit.value.map(Distribution.constant))
    }
}

extension ObjectReader {
    /// Reports keys that a shape lacks and keys that mean nothing to it.
    fileprivate func fits(
        _ shape: Distribution.Shape,
        needed: [any KeyDescription],
        allowed: [any KeyDescription],
        all: [any KeyDescription]
    ) -> Bool {
        let present = Set(keyNames)
        let lacking = needed.map(\.name).filter { !present.contains($0) }
        for name in lacking {
            log.report(
                "\(shape == .empirical ? "an" : "a") \(shape.rawValue) distribution lacks the key '\(name)'",
                at: node.mark
            )
        }
        let known = ["distribution"] + (needed + allowed).map(\.name)
        let idle = all.map(\.name).filter { present.contains($0) && !known.contains($0) }
        for name in idle {
            log.report(
                "'\(name)' means nothing to a \(shape.rawValue) distribution",
                at: keyMark(name),
                expected: known.alternatives
            )
        }
        return lacking.isEmpty && idle.isEmpty
    }
}

extension ObjectReader {
    /// The numbers of a column as a distribution.
    fileprivate func empirical(_ key: Key<String>, _ column: String?, _ unit: DistributionUnit) -> Distribution? {
        guard let place = valueNode(key), let column,
            let file = log.file(at: place, expected: key.grammar.expected)
        else { return nil }
        do throws(ProfileIssue) {
            return Distribution(
                empirical: try EmpiricalValues.read(
                    file.content,
                    file: file.path,
                    column: column,
                    parse: unit.field
                )
            )
        } catch {
            log.report(error)
            return nil
        }
    }
}

/// The values of a distribution's keys as far as they were given and right.
private struct DistributionKeys {
    var value: Int64?
    var mean: Int64?
    var minimum: Int64?
    var maximum: Int64?
    var spread: Int64?

    func distribution(_ shape: Distribution.Shape, range: ClosedRange<Int64>, reader: ObjectReader) -> Distribution? {
        var result: Distribution
        switch shape {
        case .empirical:
            preconditionFailure("an empirical distribution is read from its file")
        case .constant:
            guard let value else { return nil }
            return .constant(value)
        case .uniform:
            guard let minimum, let maximum else { return nil }
            result = Distribution(
                shape: .uniform,
                minimum: minimum,
                maximum: maximum,
                meanThousandths: (minimum + maximum) * 500
            )
        case .zipf:
            guard let mean, let maximum else { return nil }
            result = Distribution(shape: .zipf, minimum: minimum ?? 1, maximum: maximum, meanThousandths: mean)
        case .lognormal:
            guard let mean else { return nil }
            result = Distribution(
                shape: .lognormal,
                minimum: minimum ?? range.lowerBound,
                maximum: maximum ?? range.upperBound,
                meanThousandths: mean
            )
        }
        result.spreadThousandths = spread ?? 1_000
        if let problem = result.problem {
            reader.log.report("this distribution \(problem)", at: reader.node.mark)
            return nil
        }
        guard result.spreadThousandths <= 4_000 else {
            reader.log.report("'spread' is out of range", at: reader.keyMark("spread"), expected: "0 to 4")
            return nil
        }
        return result
    }
}
