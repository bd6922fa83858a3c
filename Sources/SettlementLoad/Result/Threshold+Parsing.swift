internal import Settlement

/// What is wrong in the text of a threshold, and where.
struct ThresholdProblem: Error, Hashable {
    /// Characters before the fault.
    var offset: Int
    var problem: String
    var expected: String?
    var suggestion: String?
}

extension Threshold {
    /// The metric of a fault's recovery.
    private static let recovery = "recovery"

    /// Reads `METRIC STATISTIC COMPARISON VALUE [@STAGE] [every DURATION | window DURATION]`.
    ///
    /// - Parameters:
    ///   - stages: the stages that may be named.
    ///   - faults: the faults that a recovery may be of.
    init(parsing text: String, stages: [String], faults: [String] = []) throws(ThresholdProblem) {
        var words = Words(text)
        let metric = try words.next("a metric, such as \(PathStage.rechargeToStart.rawValue) or writeOffs")
        let latency = PathStage(rawValue: metric.text)
        let total = TotalName(rawValue: metric.text)
        let isRecovery = metric.text == Self.recovery
        guard latency != nil || total != nil || isRecovery else {
            throw metric.problem(
                "is no metric",
                among: PathStage.allCases.map(\.rawValue) + TotalName.allCases.map(\.rawValue) + [Self.recovery]
            )
        }
        let statistics =
            latency != nil ? LatencyStatistic.allCases.map(\.label) : isRecovery ? ["max"] : ["count", "rate"]
        let statistic = try words.next(statistics.alternatives)
        guard statistics.contains(statistic.text) else {
            throw statistic.problem("does not go with \(metric.text)", among: statistics)
        }
        let sign = try words.next(Comparison.allCases.map(\.rawValue).alternatives)
        guard let comparison = Comparison(rawValue: sign.text) else {
            throw sign.problem("is no comparison", among: Comparison.allCases.map(\.rawValue))
        }
        let value = try words.next("a value")
        if let latency, let kind = LatencyStatistic.allCases.first(where: { $0.label == statistic.text }) {
            measure = .latency(latency, kind)
            bound = Double(try value.quantity("a duration, such as 28ms", QuantityText.duration))
        } else if isRecovery {
            measure = .recovery
            bound = Double(try value.quantity("a duration, such as 10s", QuantityText.duration))
        } else if let total, statistic.text == "count" {
            measure = .count(total)
            bound = Double(try value.quantity("a whole number, such as 600000", QuantityText.count))
        } else if let total, value.text.hasSuffix("%") {
            measure = .share(total)
            bound = Double(try value.quantity("a share, such as 0.1%", QuantityText.share).partsPerBillion) / 1e9
        } else if let total {
            measure = .rate(total)
            bound = try value.quantity("a rate, such as 300k/s, or a share, such as 0.1%", QuantityText.rate).perSecond
        } else {
            preconditionFailure("a metric is a latency or a total")
        }
        self.comparison = comparison
        self.expression = text
        self.stage = isRecovery ? try words.place("fault", among: faults) : try words.place("stage", among: stages)
        self.window = isRecovery ? nil : try words.window()
        try words.end(
            isRecovery ? "nothing more, or @ and a fault" : "nothing more, or @ and a stage, every 10s, window 10s"
        )
    }
}

/// A word of a threshold and where it begins.
private struct Word {
    var text: String
    var offset: Int

    func problem(_ problem: String, among candidates: [String]) -> ThresholdProblem {
        ThresholdProblem(
            offset: offset,
            problem: "'\(text)' \(problem)",
            expected: candidates.alternatives,
            suggestion: Spelling.nearest(to: text, among: candidates)
        )
    }

    func quantity<Value>(
        _ expected: String,
        _ parse: (String) throws(QuantityProblem) -> Value
    ) throws(ThresholdProblem) -> Value {
        do throws(QuantityProblem) {
            return try parse(text)
        } catch {
            throw ThresholdProblem(offset: offset, problem: "'\(text)' \(error.problem)", expected: expected)
        }
    }
}

private struct Words {
    private var words: [Word] = []
    private var position = 0
    private let length: Int

    init(_ text: String) {
        var current = ""
        var offset = 0
        for character in text {
            if character != " " { current.append(character) }
            if character == " ", !current.isEmpty {
                words.append(Word(text: current, offset: offset - current.count))
                current = ""
            }
            offset += 1
        }
        if !current.isEmpty { words.append(Word(text: current, offset: offset - current.count)) }
        length = offset
    }

    mutating func next(_ expected: String) throws(ThresholdProblem) -> Word {
        guard position < words.count else {
            throw ThresholdProblem(offset: length, problem: "the threshold ends too early", expected: expected)
        }
        position += 1
        return words[position - 1]
    }

    mutating func place(_ kind: String, among names: [String]) throws(ThresholdProblem) -> String? {
        guard position < words.count, words[position].text.hasPrefix("@") else { return nil }
        var word = words[position]
        position += 1
        word.text.removeFirst()
        word.offset += 1
        guard names.contains(word.text) else { throw word.problem("is no \(kind) of this profile", among: names) }
        return word.text
    }

    mutating func window() throws(ThresholdProblem) -> Threshold.Window? {
        guard position < words.count, ["every", "window"].contains(words[position].text) else { return nil }
        let word = words[position]
        position += 1
        let expected = "a duration of at least 100ms, such as 10s"
        let value = try next(expected)
        let length = try value.quantity(expected, QuantityText.duration)
        guard length >= RunSeries.minimumWidth else {
            throw ThresholdProblem(offset: value.offset, problem: "'\(value.text)' is too short", expected: expected)
        }
        return Threshold.Window(length: length, isSliding: word.text == "window")
    }

    func end(_ expected: String) throws(ThresholdProblem) {
        guard position < words.count else { return }
        throw ThresholdProblem(
            offset: words[position].offset,
            problem: "'\(words[position].text)' is one word too many",
            expected: expected
        )
    }
}
