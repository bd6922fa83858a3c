internal import Settlement

/// What was asked of the pool, what it did, what waited, and what the generator and the process took.
extension RunTimeline {
    /// Offered against achieved arrivals.
    var rates: Chart {
        let lines = [
            line("offered", style: 0) { $0.perSecond($0.offered) },
            line("achieved", style: 1) { $0.perSecond($0.answered) },
        ]
        return chart(
            "rates",
            "Offered and achieved",
            "Arrivals due and arrivals settled, each second. Where the lines part, the pool or the generator fell behind.",
            lines: lines,
            axis: linear(lines, "arrivals/s", format: Self.shortRate),
            columns: [
                ("offered", { Display.rate($0.perSecond($0.offered)) }),
                ("achieved", { Display.rate($0.perSecond($0.answered)) }),
                ("rejected", { Display.count($0.totals[.rejected] ?? 0) }),
                ("failed", { Display.count($0.totals[.failed] ?? 0) }),
            ]
        )
    }

    /// Bills written off; `nil` when none was.
    var writeOffs: Chart? {
        guard fine.contains(where: { $0.totals[.writeOffs] ?? 0 > 0 }) else { return nil }
        let lines = [line("write-offs", style: 0) { $0.perSecond($0.totals[.writeOffs] ?? 0) }]
        return chart(
            "write-offs",
            "Bills written off",
            "Durable write-offs, each second.",
            lines: lines,
            axis: linear(lines, "write-offs/s", format: Self.shortRate),
            columns: [("write-offs", { Display.rate($0.perSecond($0.totals[.writeOffs] ?? 0)) })]
        )
    }

    /// Commands in front of each shard.
    var queueDepths: Chart? {
        depths("queues", "Queue depth by shard", "Most commands that a shard held at a time.", \.queueDepths) {
            "shard \($0)"
        }
    }

    /// Work in front of each region.
    var regionDepths: Chart? {
        let names = result.series.regions
        return depths(
            "regions",
            "Backlog by region",
            "Most accounts and commands that a region's controller had before it.",
            \.regionDepths
        ) { $0 < names.count ? names[$0] : "region \($0)" }
    }

    /// Processors kept busy.
    var processors: Chart? {
        guard fine.contains(where: { $0.cpuNanoseconds != nil }) else { return nil }
        let share: (RunSample) -> Double? = { sample in sample.cpuNanoseconds.map { sample.perSecond($0) / 1e9 } }
        let lines = [line("processors", style: 0, share)]
        return chart(
            "processors",
            "Processor time",
            "Processors kept busy by the whole process, of \(result.host.processors).",
            lines: lines,
            axis: linear(lines, "processors") { Display.decimal($0, 1) },
            columns: [("processors", { share($0).map { Display.decimal($0, 2) } ?? "-" })]
        )
    }

    /// Resident memory.
    var memory: Chart? {
        guard fine.contains(where: { $0.residentBytes != nil }) else { return nil }
        let lines = [line("resident", style: 2) { $0.residentBytes.map { Double($0) / 1_048_576 } }]
        return chart(
            "memory",
            "Memory",
            "Resident memory of the whole process.",
            lines: lines,
            axis: linear(lines, "MiB") { Display.decimal($0, 0) + " MiB" },
            columns: [("resident", { $0.residentBytes.map(Display.bytes) ?? "-" })]
        )
    }

    private func depths(
        _ id: String,
        _ title: String,
        _ summary: String,
        _ values: KeyPath<RunSample, [Int]>,
        name: (Int) -> String
    ) -> Chart? {
        let count = fine.map { $0[keyPath: values].count }.max() ?? 0
        guard count > 0 else { return nil }
        func depth(_ sample: RunSample, _ index: Int) -> Int? {
            index < sample[keyPath: values].count ? sample[keyPath: values][index] : nil
        }
        // Eight lines can be told apart; of more, the deepest are drawn and the table tells all.
        let peaks = (0..<count).map { index in fine.compactMap { depth($0, index) }.max() ?? 0 }
        let drawn = (0..<count).sorted { (peaks[$0], $1) > (peaks[$1], $0) }.prefix(8).sorted()
        let lines = drawn.enumerated().map { style, index in
            line(name(index), style: style) { depth($0, index).map(Double.init) }
        }
        let columns = (0..<count).map { index in
            (
                name: name(index),
                text: { depth($0, index).map { Display.count(Int64($0)) } ?? "-" } as (RunSample) -> String
            )
        }
        let isQuiet = peaks.allSatisfy { $0 == 0 }
        return chart(
            id,
            title,
            isQuiet ? summary + " Nothing ever waited when it was looked at." : summary,
            lines: lines,
            axis: linear(lines, "waiting") { Display.count(Int64($0)) },
            columns: columns
        )
    }

    func linear(_ lines: [ChartLine], _ label: String, format: @escaping (Double) -> String) -> ChartAxis {
        let largest = lines.flatMap(\.points).compactMap(\.y).max() ?? 0
        return .linear(to: largest * 1.05, label, extent: Chart.upward, format: format)
    }

    func chart(
        _ id: String,
        _ title: String,
        _ summary: String,
        lines: [ChartLine],
        axis: ChartAxis,
        columns: [(name: String, text: (RunSample) -> String)]
    ) -> Chart {
        let (hints, table) = numbers(columns)
        var chart = Chart(id: id, title: title, summary: summary, x: self.axis, y: axis, table: table)
        (chart.stretches, chart.lines, chart.hints) = (stretches, lines, hints)
        return chart
    }
}
