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
    /// Reads `METRIC STATISTIC COMPARISON VALUE [@STAGE]`.
    ///
    /// - Parameter stages: the stages that may be named.
    init(parsing text: String, stages: [String]) throws(ThresholdProblem) {
        var words = Words(text)
        let metric = try words.next("a metric, such as \(PathStage.rechargeToStart.rawValue) or writeOffs")
        let latency = PathStage(rawValue: metric.text)
        let total = TotalName(rawValue: metric.text)
        guard latency != nil || total != nil else {
            throw metric.problem(
                "is no metric",
                among: PathStage.allCases.map(\.rawValue) + TotalName.allCases.map(\.rawValue)
            )
        }
        let statistics = latency != nil ? LatencyStatistic.allCases.map(\.label) : ["count", "rate"]
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
        self.stage = try words.stage(among: stages)
        try words.end()
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

    mutating func stage(among stages: [String]) throws(ThresholdProblem) -> String? {
        guard position < words.count, words[position].text.hasPrefix("@") else { return nil }
        var word = words[position]
        position += 1
        word.text.removeFirst()
        word.offset += 1
        guard stages.contains(word.text) else { throw word.problem("is no stage of this profile", among: stages) }
        return word.text
    }

    func end() throws(ThresholdProblem) {
        guard position < words.count else { return }
        throw ThresholdProblem(
            offset: words[position].offset,
            problem: "'\(words[position].text)' is one word too many",
            expected: "nothing more, or @ and a stage"
        )
    }
}
