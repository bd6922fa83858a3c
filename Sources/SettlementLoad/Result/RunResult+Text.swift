internal import Settlement

extension RunResult {
    /// The result for a person at a terminal, thresholds first.
    public var text: String {
        var lines = [headline]
        lines += section("thresholds", thresholds.isEmpty ? [] : Array(thresholdTable.lines().dropFirst()))
        lines += section("work", workTable.lines())
        lines += section("month end \(monthEnd?.month ?? "")", aligned(monthEndFacts))
        lines += section("faults", faultTable)
        lines += section("latency of interactive work", latencyTable(.interactive, Self.narrow))
        lines += section("latency of bulk work", latencyTable(.bulk, Self.narrow))
        lines += section("run", aligned(facts))
        lines += section("audit findings", audit.findings.map { "  " + $0 })
        let asides = notes + (stages.contains(where: \.isExcluded) ? ["Stages in parentheses do not count."] : [])
        lines += section("notes", asides.map { "  " + $0 })
        return lines.joined(separator: "\n") + "\n"
    }

    /// What fits a terminal of 80 columns; markdown and JSON tell all.
    private static let narrow: [LatencyStatistic] = [.p50, .p99, .p99_9, .max]

    /// The result for a pull request or a step summary.
    public var markdown: String {
        var lines = ["## \(headline)", ""]
        for (title, table) in [
            ("Thresholds", thresholdTable), ("Work", workTable), ("Faults", faultTable),
            ("Latency of interactive work", latencyTable(.interactive)),
            ("Latency of bulk work", latencyTable(.bulk)),
        ] where !table.isEmpty {
            lines += ["### \(title)", ""] + table.markdown + [""]
        }
        if let monthEnd {
            lines += ["### Month end \(monthEnd.month)", ""] + monthEndFacts.map { "- \($0.name): \($0.value)" } + [""]
        }
        lines += ["### Run", ""] + facts.map { "- \($0.name): \($0.value)" }
        lines += audit.findings.map { "- audit: \($0)" } + notes.map { "- \($0)" }
        return lines.joined(separator: "\n") + "\n"
    }

    private func aligned(_ facts: [(name: String, value: String)]) -> [String] {
        let width = facts.map(\.name.count).max() ?? 0
        return facts.map { "  " + $0.name + String(repeating: " ", count: width + 2 - $0.name.count) + $0.value }
    }

    private func section(_ title: String, _ table: TextTable) -> [String] {
        section(title, table.isEmpty ? [] : table.lines())
    }

    private func section(_ title: String, _ lines: [String]) -> [String] {
        lines.isEmpty ? [] : ["", title] + lines
    }
}
