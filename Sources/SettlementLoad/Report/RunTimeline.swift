internal import Settlement

/// What all charts over the time of one run share: its samples, its axis, its stages.
struct RunTimeline {
    let result: RunResult
    /// Samples that lines are drawn through.
    let fine: [RunSample]
    /// Samples that tables and hints tell.
    let coarse: [RunSample]
    let axis: ChartAxis
    let stretches: [ChartStretch]

    init(_ result: RunResult) {
        self.result = result
        fine = result.series.coarsened(to: 120).samples
        coarse = result.series.coarsened(to: 40).samples
        let stagesEnd = result.stages.reduce(0) { $0 + $1.part.duration }
        let end = Self.seconds(max(stagesEnd, result.series.samples.last?.end ?? 0))
        axis = .linear(to: end, "seconds since the beginning", extent: Chart.across) {
            Display.decimal($0, $0 == $0.rounded() ? 0 : 1) + " s"
        }
        var stretches: [ChartStretch] = []
        var start: Int64 = 0
        for stage in result.stages {
            let stageEnd = start + stage.part.duration
            stretches.append(
                ChartStretch(
                    kind: stage.isExcluded ? .excluded : .stage,
                    name: stage.isExcluded ? "(\(stage.name))" : stage.name,
                    from: Self.seconds(start),
                    to: Self.seconds(stageEnd)
                )
            )
            start = stageEnd
        }
        self.stretches =
            stretches
            + result.faults.map { fault in
                ChartStretch(
                    kind: .fault,
                    name: fault.name,
                    from: Self.seconds(fault.start),
                    to: Self.seconds(fault.end)
                )
            }
    }

    static func seconds(_ nanoseconds: Int64) -> Double { Double(nanoseconds) / 1e9 }

    /// The middle of a sample in seconds.
    static func middle(_ sample: RunSample) -> Double { seconds(sample.start + sample.duration / 2) }

    /// A line through a value of every sample.
    func line(_ name: String, style: Int, _ value: (RunSample) -> Double?) -> ChartLine {
        ChartLine(name: name, style: style, points: fine.map { ChartPoint(x: Self.middle($0), y: value($0)) })
    }

    /// What to show when pointing at a sample, and the same as a table.
    func numbers(
        _ columns: [(name: String, text: (RunSample) -> String)]
    ) -> (hints: [(from: Double, to: Double, text: String)], table: ChartTable) {
        var table = ChartTable(header: ["from"] + columns.map(\.name), rows: [])
        var hints: [(from: Double, to: Double, text: String)] = []
        for sample in coarse {
            let start = Display.decimal(Self.seconds(sample.start), 1) + " s"
            let cells = columns.map { $0.text(sample) }
            table.rows.append([start] + cells)
            let pairs = zip(columns, cells).map { "\($0.name) \($1)" }
            hints.append(
                (Self.seconds(sample.start), Self.seconds(sample.end), "\(start): " + pairs.joined(separator: ", "))
            )
        }
        return (hints, table)
    }

    /// Thresholds that bound a latency, as lines.
    func rules(for name: PathStage) -> [ChartRule] {
        result.thresholds.compactMap { threshold in
            let stages = result.stages.map(\.name)
            guard let parsed = try? Threshold(parsing: threshold.expression, stages: stages),
                case .latency(name, _) = parsed.measure
            else { return nil }
            return ChartRule(name: threshold.expression, y: parsed.bound)
        }
    }

    /// A duration without needless zeros: `1 ms`, `1.5 s`.
    static func shortDuration(_ nanoseconds: Double) -> String {
        short(Display.duration(Int64(nanoseconds)))
    }

    /// A rate without needless zeros: `50/s`, `1.5k/s`.
    static func shortRate(_ perSecond: Double) -> String { short(Display.rate(perSecond)) }

    private static func short(_ text: String) -> String {
        let number = text.prefix { $0.isNumber || $0 == "." }
        guard number.contains(".") else { return text }
        let bare = number.reversed().drop { $0 == "0" }
        return String((bare.first == "." ? bare.dropFirst() : bare).reversed()) + text.dropFirst(number.count)
    }
}
