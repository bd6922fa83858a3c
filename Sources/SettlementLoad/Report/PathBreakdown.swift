internal import Settlement

/// Where the time goes from a recharge to the running server: means, because only means add up.
struct PathBreakdown {
    /// The stages of the path in their order, with the colour of each.
    static let steps: [(name: PathStage, style: Int)] = [
        (.scheduleLag, 6), (.queueWait, 1), (.service, 4), (.commitWait, 0), (.notify, 3), (.dispatch, 2), (.start, 5),
    ]

    let timeline: RunTimeline

    /// The mean of one step in nanoseconds; 0 where it did not occur.
    private static func mean(_ step: PathStage, _ sample: RunSample) -> Double { sample.latency[step]?.mean ?? 0 }

    /// Up to the start command, over time.
    var chart: Chart {
        let steps = Self.steps.filter { $0.name != .start }
        var floor = timeline.fine.map { _ in 0.0 }
        var areas: [ChartArea] = []
        for (name, style) in steps {
            let points = timeline.fine.enumerated().map { index, sample in
                let low = floor[index]
                floor[index] += Self.mean(name, sample)
                return (x: RunTimeline.middle(sample), low: low, high: floor[index])
            }
            areas.append(ChartArea(name: name.rawValue, style: style, isFaint: false, points: points))
        }
        let largest = (floor.max() ?? 0) * 1.05
        var chart = timeline.chart(
            "path",
            "From recharge to start command, over time",
            "Mean time in each stage of the path, stacked, for what ended in each moment.",
            lines: [],
            axis: .linear(to: largest, "mean time", extent: Chart.upward, format: RunTimeline.shortDuration),
            columns: steps.map { step in
                (step.name.rawValue, { Display.duration(Int64(Self.mean(step.name, $0))) })
            }
        )
        chart.areas = areas
        return chart
    }

    /// Each stage of the run as a bar of shares, up to the running server.
    var figure: String {
        let rows = timeline.result.stages.indices.compactMap(row)
        let legend = Self.steps.map { "<li><i class=\"a\($0.style)\"></i>\($0.name.rawValue)</li>" }.joined()
        let bars = rows.map { row in
            let parts = zip(Self.steps, row.means).map { step, mean in
                let share = row.total > 0 ? mean / row.total * 100 : 0
                return "<i class=\"a\(step.style)\" style=\"width:\(Display.decimal(share, 2))%\" "
                    + "title=\"\(step.name.rawValue) \(Display.duration(Int64(mean)))\"></i>"
            }
            return "<span>\(Markup.escaped(row.name))</span><div aria-hidden=\"true\">\(parts.joined())</div>"
                + "<span>\(Display.duration(Int64(row.total)))</span>"
        }
        let table = ChartTable(
            header: ["stage"] + Self.steps.map(\.name.rawValue) + ["together"],
            rows: rows.map { row in
                [row.name] + row.means.map { Display.duration(Int64($0)) } + [Display.duration(Int64(row.total))]
            }
        )
        return """
            <figure id="parts"><figcaption><h3>From recharge to running server, by stage</h3><p>Share of each stage of the \
            path in the mean time, of what ended in each. The cloud's own part is start.</p></figcaption>
            <ul class="legend">\(legend)</ul><div class="parts">\(bars.joined(separator: "\n"))</div>
            <details open="open"><summary>Numbers</summary>\(Chart.html(table, caption: "Mean time in each stage of the path"))\
            </details></figure>

            """
    }

    private func row(_ index: Int) -> (name: String, means: [Double], total: Double)? {
        let stages = timeline.result.stages
        let start = stages[..<index].reduce(0) { $0 + $1.part.duration }
        let end = index == stages.count - 1 ? Int64.max : start + stages[index].part.duration
        guard let sample = timeline.result.series.merged(from: start, to: end) else { return nil }
        let means = Self.steps.map { Self.mean($0.name, sample) }
        return (stages[index].name, means, means.reduce(0, +))
    }
}
