internal import Foundation
internal import Settlement

/// Time × latency: the plane in cells, each coloured by how often it was met.
struct HeatMap {
    private static let rowCount = 36
    private static let levelCount = 6

    /// The cells as SVG: one path for each level, so that thousands of cells stay small.
    let shapes: String
    /// What the colours mean.
    let legend: String

    init(_ columns: [RunSample], _ name: PathStage, x: ChartAxis, y: ChartAxis) {
        let counts = columns.map { Self.rows(of: $0.latency[name], y: y) }
        let largest = counts.joined().max() ?? 0
        var paths = [String](repeating: "", count: Self.levelCount)
        let height = (y.extent.from - y.extent.to) / Double(Self.rowCount)
        for (sample, rows) in zip(columns, counts) {
            let left = x.place(RunTimeline.seconds(sample.start))
            let width = max(0.5, x.place(RunTimeline.seconds(sample.end)) - left)
            for (row, count) in rows.enumerated() where count > 0 {
                let top = y.extent.from - Double(row + 1) * height
                paths[Self.level(of: count, largest: largest) - 1] +=
                    "M\(Chart.number(left)) \(Chart.number(top))h\(Chart.number(width))v\(Chart.number(height))"
                    + "h-\(Chart.number(width))z"
            }
        }
        shapes = paths.enumerated().map { "<path class=\"h\($0 + 1)\" d=\"\($1)\"/>" }.joined(separator: "\n")
        let swatches = (1...Self.levelCount).map { "<i class=\"h\($0)\"></i>" }.joined()
        legend =
            "<p class=\"legend\"><span>1 \(swatches) \(Display.count(Int64(largest))) in a cell</span></p>\n"
    }

    /// How many durations fall into each row, from below.
    private static func rows(of counts: LatencyCounts?, y: ChartAxis) -> [Int] {
        var rows = [Int](repeating: 0, count: rowCount)
        guard let counts else { return rows }
        let reach = y.extent.from - y.extent.to
        for (slot, count) in zip(counts.slots, counts.counts) {
            let middle = Double(LatencySlots.lowerEdge(of: Int(slot)) + LatencySlots.upperEdge(of: Int(slot))) / 2
            let share = (y.extent.from - y.place(max(1, middle))) / reach
            rows[min(rowCount - 1, Int(share * Double(rowCount)))] += Int(count)
        }
        return rows
    }

    private static func level(of count: Int, largest: Int) -> Int {
        guard largest > 1 else { return levelCount }
        let share = log(Double(count)) / log(Double(largest))
        return min(levelCount, 1 + Int(share * Double(levelCount - 1) + 0.5))
    }
}
