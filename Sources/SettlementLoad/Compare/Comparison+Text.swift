internal import Settlement

extension Comparison: Encodable {
    private enum Keys: String, CodingKey { case schemaVersion, a, b, metrics, notes }

    /// Writes names, metrics and notes.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Keys.self)
        try container.encode(1, forKey: .schemaVersion)
        try container.encode(names.a, forKey: .a)
        try container.encode(names.b, forKey: .b)
        try container.encode(metrics, forKey: .metrics)
        try container.encode(notes, forKey: .notes)
    }

    /// The comparison as JSON, keys in alphabetical order.
    public var json: String { stableJSON() }

    /// The comparison for a person at a terminal.
    public var text: String {
        var lines = [headline, "", "  A  \(names.a)", "  B  \(names.b)", ""]
        lines += metrics.isEmpty ? ["  nothing that both sides measured"] : table.lines()
        if !notes.isEmpty { lines += ["", "notes"] + notes.map { "  " + $0 } }
        return lines.joined(separator: "\n") + "\n"
    }

    /// The comparison for a pull request or a step summary.
    public var markdown: String {
        var lines = ["## \(headline)", "", "A: \(names.a), B: \(names.b)", ""]
        lines += table.markdown + [""] + notes.map { "- \($0)" }
        return lines.joined(separator: "\n") + "\n"
    }

    /// One line: how many metrics got better and worse.
    var headline: String {
        let worse = metrics.filter { $0.verdict == .worse }
        let better = metrics.filter { $0.verdict == .better }
        if worse.isEmpty, better.isEmpty { return "no difference shown in \(metrics.count) metrics" }
        return [(worse, "worse"), (better, "better")].filter { !$0.0.isEmpty }
            .map { "\($0.1): " + $0.0.map(\.metric.name).joined(separator: ", ") }.joined(separator: "; ")
    }

    /// A row for each metric.
    var table: TextTable {
        var table = TextTable(["metric", "verdict", "A", "B", "B/A", "95 %", "noise floor"], firstNumber: 2)
        for metric in metrics {
            let (low, high) = (metric.interval.lowerBound, metric.interval.upperBound)
            table.add([
                metric.metric.name,
                metric.verdict == .noDifferenceShown ? "no difference shown" : metric.verdict.rawValue,
                metric.metric.format(metric.a), metric.metric.format(metric.b), Self.factor(metric.ratio),
                low == high ? "-" : "\(Self.factor(low))–\(Self.factor(high))",
                metric.noiseFloor < 10 ? "±\(Display.decimal(metric.noiseFloor * 100, 1)) %" : "unknown",
            ])
        }
        return table
    }

    private static func factor(_ ratio: Double) -> String { ratio < 100 ? Display.decimal(ratio, 3) : "100+" }
}
