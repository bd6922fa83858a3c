internal import Foundation

/// One line of the result.
struct Row {
    var what: String
    var measured: String
    var target = ""
    var floor = ""
    /// Settlements for each that the bare ledger makes on two threads, in the same run.
    var ratio: Double?
    var bound = ""

    /// A line about something that happens so often a second.
    static func rate(
        _ what: String,
        _ sample: Sample,
        target: String = "",
        floor: String = "",
        ceiling: Double? = nil,
        bound: String
    ) -> Row {
        Row(
            what: what,
            measured: "\(short(sample.rate))/s",
            target: target,
            floor: floor,
            ratio: ceiling.map { sample.rate / $0 },
            bound: bound + String(format: "; %.1f cores, %.0f ns CPU each", sample.cores, sample.cpuNanosecondsEach)
        )
    }

    /// A number as people say it: 1.23 M, 45.6 k.
    static func short(_ value: Double) -> String {
        switch value {
        case 1e6...: String(format: "%.2f M", value / 1e6)
        case 1e3...: String(format: "%.1f k", value / 1e3)
        default: String(format: "%.1f", value)
        }
    }
}

/// The result as a table in Markdown, its columns aligned for a terminal.
struct Table {
    private(set) var rows: [Row] = []

    mutating func append(_ row: Row) { rows.append(row) }

    var text: String {
        let heads = ["what", "measured", "target", "floor", "× ceiling", "bound"]
        let cells = rows.map { row in
            let ratio = row.ratio.map { String(format: "%.2f", $0) } ?? ""
            return [row.what, row.measured, row.target, row.floor, ratio, row.bound]
        }
        let widths = heads.indices.map { column in
            ([heads] + cells).map { $0[column].count }.max() ?? 0
        }
        let rule = widths.map { String(repeating: "-", count: $0) }
        return ([heads, rule] + cells).map { line in
            let padded = zip(line, widths).map { $0 + String(repeating: " ", count: $1 - $0.count) }
            return "| " + padded.joined(separator: " | ") + " |"
        }.joined(separator: "\n")
    }
}
