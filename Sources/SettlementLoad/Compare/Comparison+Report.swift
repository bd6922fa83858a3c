internal import Settlement

extension Comparison {
    /// The comparison as one HTML page: the verdicts, then both sides laid over each other.
    ///
    /// With several runs a side, the charts show the first of each; the table is of all.
    public var report: String {
        let (a, b) = (runs.a[0], runs.b[0])
        let (left, right) = (RunTimeline(a), RunTimeline(b))
        let shown = left.mainLatencies.filter { right.mainLatencies.contains($0) }.prefix(4)
        var figures = shown.compactMap { Self.percentiles($0, a, b) }
        figures += shown.map { Self.overTime($0, left, right) }
        let rows = ChartTable(header: table.header, rows: table.rows)
        let list = notes.map { "<li>\(Markup.escaped($0))</li>" }.joined()
        return ReportPage.html(
            title: "\(names.a) (A) and \(names.b) (B)",
            lead: metrics.contains { $0.verdict == .worse } ? "✗ B is worse" : "✓ B is not shown to be worse",
            isGood: !metrics.contains { $0.verdict == .worse },
            reason: headline,
            tiles: metrics.filter { $0.verdict != .noDifferenceShown }.map {
                ("\($0.metric.name), B/A", Display.decimal($0.ratio, 3))
            },
            sections: [
                ReportPage.section("Verdicts", Chart.html(rows, caption: "Verdict for each metric")),
                ReportPage.charts("Side by side", figures.map(\.html)),
                ReportPage.section("Notes", notes.isEmpty ? "<p>None.</p>" : "<ul>\(list)</ul>"),
            ]
        )
    }

    private static func percentiles(_ name: PathStage, _ a: RunResult, _ b: RunResult) -> Chart? {
        guard let left = a.curves[name], let right = b.curves[name] else { return nil }
        var chart = PercentileChart.chart(
            [("A", 0, left), ("B", 1, right)],
            summary: "Which share of all stayed below which latency."
        )
        chart.id = "percentiles-\(name.rawValue)"
        chart.title = "\(name.rawValue), percentiles"
        return chart
    }

    private static func overTime(_ name: PathStage, _ a: RunTimeline, _ b: RunTimeline) -> Chart {
        func line(_ label: String, _ style: Int, _ timeline: RunTimeline) -> ChartLine {
            timeline.line(label, style: style) { sample in
                sample.latency[name]?.summary.map { Double(max(1, $0.p99)) }
            }
        }
        let lines = [line("A p99", 0, a), line("B p99", 1, b)]
        let longer = a.axis.domain.upperBound >= b.axis.domain.upperBound ? a : b
        let rows = zip(a.coarse, b.coarse).map { left, right in
            [Display.decimal(RunTimeline.seconds(left.start), 1) + " s"]
                + [left, right].map { $0.latency[name]?.summary.map { Display.duration($0.p99) } ?? "-" }
        }
        var chart = Chart(
            id: "time-\(name.rawValue)",
            title: "\(name.rawValue) p99 over time",
            summary: "Of what ended in each moment.",
            x: longer.axis,
            y: .logarithmic(
                lines.flatMap(\.points).compactMap(\.y),
                "latency",
                extent: Chart.upward,
                format: RunTimeline.shortDuration
            ),
            table: ChartTable(header: ["from", "A p99", "B p99"], rows: rows)
        )
        (chart.stretches, chart.lines) = (longer.stretches, lines)
        return chart
    }
}
