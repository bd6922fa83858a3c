internal import Settlement

/// Latencies over the time of a run.
extension RunTimeline {
    /// The latencies a reader looks at first, of those that were measured.
    var mainLatencies: [PathStage] {
        let main: [PathStage] = [.rechargeToStart, .rechargeToRunning, .settle, .queueWait, .commitWait]
        return main.filter { name in fine.contains { $0.latency[name] != nil } }
    }

    /// Percentiles of one latency over time.
    func latency(_ name: PathStage, id: String, title: String, summary: String) -> Chart {
        let table = { (sample: RunSample) in sample.latency[name]?.summary }
        let summaries = fine.map { (RunTimeline.middle($0), table($0)) }
        let lines: [ChartLine] = [(LatencyStatistic.p50, 0), (.p95, 2), (.p99, 1), (.max, 6)].map { statistic, style in
            ChartLine(
                name: statistic.label,
                style: style,
                points: summaries.map { ChartPoint(x: $0, y: $1.map { Double(max(1, $0[statistic])) }) }
            )
        }
        let rules = rules(for: name)
        let values = lines.flatMap(\.points).compactMap(\.y) + rules.map(\.y)
        let axis = ChartAxis.logarithmic(values, "latency", extent: Chart.upward, format: Self.shortDuration)
        let columns = [LatencyStatistic.p50, .p95, .p99, .max].map { statistic in
            (
                name: statistic.label,
                text: { table($0).map { Display.duration($0[statistic]) } ?? "-" } as (RunSample) -> String
            )
        }
        var chart = chart(
            id,
            title,
            summary,
            lines: lines,
            axis: axis,
            columns: [("count", { Display.count(table($0)?.count ?? 0) })] + columns
        )
        chart.rules = rules
        chart.areas = bands(summaries)
        return chart
    }

    /// Surfaces between p50 and p99, one for each stretch without a gap.
    private func bands(_ summaries: [(Double, LatencySummary?)]) -> [ChartArea] {
        var bands: [ChartArea] = []
        var points: [(x: Double, low: Double, high: Double)] = []
        for (x, summary) in summaries + [(0, nil)] {
            if let summary {
                points.append((x, Double(max(1, summary.p50)), Double(max(1, summary.p99))))
            } else {
                if points.count > 1 { bands.append(ChartArea(name: "", style: 0, isFaint: true, points: points)) }
                points = []
            }
        }
        return bands
    }

    /// How often each latency occurred at each time.
    func heatMap(_ name: PathStage) -> Chart {
        let columns = result.series.coarsened(to: 80).samples
        let slots = columns.compactMap { $0.latency[name] }.flatMap { counts in
            [counts.slots.first, counts.slots.last].compactMap(\.self).map {
                Double(LatencySlots.upperEdge(of: Int($0)))
            }
        }
        let axis = ChartAxis.logarithmic(slots, "latency", extent: Chart.upward, format: Self.shortDuration)
        let map = HeatMap(columns, name, x: self.axis, y: axis)
        var chart = chart(
            "heat",
            "Every \(name.rawValue)",
            "Time from left to right, latency upwards; the stronger the colour, the more occurred. Two bands one above "
                + "the other are two kinds of customers that a percentile would mix.",
            lines: [],
            axis: axis,
            columns: [
                ("count", { Display.count($0.latency[name]?.count ?? 0) }),
                ("p50", { $0.latency[name]?.summary.map { Display.duration($0.p50) } ?? "-" }),
                ("max", { $0.latency[name].map { Display.duration($0.max) } ?? "-" }),
            ]
        )
        (chart.backdrop, chart.legend) = (map.shapes, map.legend)
        return chart
    }
}
