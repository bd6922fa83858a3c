internal import Settlement

/// Percentile curves on an axis of 1/(1−p), on which every further nine takes the same room.
enum PercentileChart {
    /// - Parameter curves: names and distributions; the colours follow the order.
    static func chart(_ curves: [(name: String, style: Int, curve: PercentileCurve)], summary: String) -> Chart {
        let most = curves.map { Double($0.curve.count) }.max() ?? 10
        let x = ChartAxis(
            kind: .nines,
            domain: 1...max(100, most),
            label: "percentile",
            format: percentile,
            extent: Chart.across
        )
        let lines = curves.map { entry in
            ChartLine(
                name: entry.name,
                style: entry.style,
                points: entry.curve.points.map { point in
                    let rest = max(1, Double(entry.curve.count - point.below))
                    return ChartPoint(x: Double(entry.curve.count) / rest, y: Double(max(1, point.value)))
                }
            )
        }
        let y = ChartAxis.logarithmic(
            lines.flatMap(\.points).compactMap(\.y),
            "latency",
            extent: Chart.upward,
            format: RunTimeline.shortDuration
        )
        let statistics = LatencyStatistic.allCases
        let rows = curves.map { entry in
            [entry.name, Display.count(entry.curve.count)]
                + statistics.map { Display.duration(entry.curve.value(at: Double($0.tenThousandths) / 10_000)) }
        }
        var chart = Chart(
            id: "percentiles",
            title: "Percentiles",
            summary: summary,
            x: x,
            y: y,
            table: ChartTable(header: ["latency", "count"] + statistics.map(\.label), rows: rows)
        )
        chart.lines = lines
        return chart
    }

    /// 1, 10, 100 … as `0 %`, `90 %`, `99 %`.
    private static func percentile(_ place: Double) -> String {
        let nines = 1 - 1 / place
        var digits = 0
        var reach = place
        while reach > 150 { (digits, reach) = (digits + 1, reach / 10) }
        return Display.decimal(nines * 100, digits) + " %"
    }
}
