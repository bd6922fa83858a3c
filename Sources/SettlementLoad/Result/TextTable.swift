/// Columns of text that line up, for a terminal or for markdown.
struct TextTable {
    let header: [String]
    private(set) var rows: [[String]] = []
    /// Columns from this one on are numbers and end at the right.
    private let firstNumber: Int

    init(_ header: [String], firstNumber: Int) {
        self.header = header
        self.firstNumber = firstNumber
    }

    mutating func add(_ row: [String]) {
        precondition(row.count == header.count, "a row has as many cells as the header")
        rows.append(row)
    }

    var isEmpty: Bool { rows.isEmpty }

    /// Lines without trailing spaces, each behind `indent`.
    func lines(indent: String = "  ") -> [String] {
        let all = [header] + rows
        let widths = header.indices.map { column in all.map { $0[column].count }.max() ?? 0 }
        return all.map { row in
            let cells = row.indices.map { column in
                let space = String(repeating: " ", count: widths[column] - row[column].count)
                return column < firstNumber ? row[column] + space : space + row[column]
            }
            let line = indent + cells.joined(separator: "  ")
            return String(line.reversed().drop { $0 == " " }.reversed())
        }
    }

    /// The table in GitHub's markdown.
    var markdown: [String] {
        let rule = header.indices.map { $0 < firstNumber ? "---" : "---:" }
        return ([header, rule] + rows).map { row in
            "| "
                + row.map { $0.split(separator: "|", omittingEmptySubsequences: false).joined(separator: "\\|") }
                .joined(separator: " | ") + " |"
        }
    }
}
