internal import Settlement

extension PercentileCurve {
    /// The distribution as HdrHistogram's tools write and plot it: milliseconds, share, count, 1/(1−share).
    public var hdrHistogramText: String {
        var lines = ["       Value     Percentile TotalCount 1/(1-Percentile)", ""]
        for point in points {
            let share = Double(point.below) / Double(count)
            let beginning =
                Self.column(Display.decimal(Double(point.value) / 1e6, 3), 12) + " " + Display.decimal(share, 12) + " "
                + Self.column("\(point.below)", 10)
            let rest = count - point.below
            lines.append(
                rest > 0
                    ? beginning + " " + Self.column(Display.decimal(Double(count) / Double(rest), 2), 14) : beginning
            )
        }
        let largest = Display.decimal(Double(points.last?.value ?? 0) / 1e6, 3)
        lines.append("#[Max     = \(Self.column(largest, 12)), Total count    = \(Self.column("\(count)", 12))]")
        return lines.joined(separator: "\n") + "\n"
    }

    private static func column(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - text.count)) + text
    }
}

extension RunResult {
    /// A file for each latency and lane: its name, such as `settle.hgrm` or `queue_wait.bulk.hgrm`, and its text.
    public var hdrHistogramFiles: [(name: String, text: String)] {
        curves.names.compactMap { name in curves[name].map { ("\(name.rawValue).hgrm", $0.hdrHistogramText) } }
            + bulkCurves.names.compactMap { name in
                bulkCurves[name].map { ("\(name.rawValue).bulk.hgrm", $0.hdrHistogramText) }
            }
    }
}
