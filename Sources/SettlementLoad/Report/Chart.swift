/// A value at a place along the horizontal axis; `nil`: nothing was measured there.
struct ChartPoint {
    var x: Double
    var y: Double?
}

/// A line of a chart.
struct ChartLine {
    var name: String
    /// Colour and dashes, 0 through 7.
    var style: Int
    var points: [ChartPoint]
}

/// The surface between two lines, at places that ascend.
struct ChartArea {
    var name: String
    /// Colour, 0 through 7.
    var style: Int
    var isFaint: Bool
    var points: [(x: Double, low: Double, high: Double)]
}

/// A stretch of the horizontal axis that means something: a stage or a fault.
struct ChartStretch {
    enum Kind: String { case stage, excluded, fault }
    var kind: Kind
    var name: String
    var from: Double
    var to: Double
}

/// A value that must not be crossed.
struct ChartRule {
    var name: String
    var y: Double
}

/// The numbers of a chart as a table, for whom a drawing says nothing.
struct ChartTable {
    var header: [String]
    var rows: [[String]]
}

/// A drawing with its title, legend and numbers, as a piece of HTML that needs no script.
struct Chart {
    static let size = (width: 640.0, height: 300.0)
    static let across = (from: 84.0, to: 624.0)
    static let upward = (from: 248.0, to: 34.0)

    /// Unique in the page.
    var id: String
    var title: String
    /// What there is to see, in a sentence.
    var summary: String
    var x: ChartAxis
    var y: ChartAxis
    var stretches: [ChartStretch] = []
    var areas: [ChartArea] = []
    var lines: [ChartLine] = []
    var rules: [ChartRule] = []
    /// SVG below the lines, inside of the axes.
    var backdrop = ""
    /// HTML of a legend that lines and areas do not tell.
    var legend = ""
    /// Stretches of the horizontal axis with what to show when pointing there.
    var hints: [(from: Double, to: Double, text: String)] = []
    var table: ChartTable

    /// The chart as an HTML figure.
    var html: String {
        """
        <figure id="\(id)"><figcaption><h3>\(Markup.escaped(title))</h3><p>\(Markup.escaped(summary))</p></figcaption>
        \(legendList)<svg viewBox="0 0 \(Self.number(Self.size.width)) \(Self.number(Self.size.height))" role="img" \
        aria-labelledby="\(id)-t \(id)-d"><title id="\(id)-t">\(Markup.escaped(title))</title>\
        <desc id="\(id)-d">\(Markup.escaped(summary)) The numbers are in the table below.</desc>
        \(stretchShapes)\(backdrop)\(axisShapes)\(areas.map(shape).joined())\(lines.map(shape).joined())\(ruleShapes)\
        \(stretchLabels)\(hints.map(shape).joined())
        </svg>
        <details><summary>Numbers</summary>\(Self.html(table, caption: title))</details></figure>

        """
    }

    /// A table that scrolls by itself when it is too wide; the first column names the rows.
    static func html(_ table: ChartTable, caption: String) -> String {
        let head = table.header.map { "<th scope=\"col\">\(Markup.escaped($0))</th>" }.joined()
        let body = table.rows.map { row in
            let cells = row.enumerated().map { index, cell in
                index == 0 ? "<th scope=\"row\">\(Markup.escaped(cell))</th>" : "<td>\(Markup.escaped(cell))</td>"
            }
            return "<tr>\(cells.joined())</tr>"
        }
        return "<div class=\"wide\" role=\"region\" tabindex=\"0\" aria-label=\"\(Markup.escaped(caption))\"><table>"
            + "<thead><tr>\(head)</tr></thead><tbody>\(body.joined(separator: "\n"))</tbody></table></div>"
    }

    /// A coordinate with one decimal.
    static func number(_ value: Double) -> String {
        value == value.rounded() ? "\(Int(value))" : Display.decimal(value, 1)
    }

    private var legendList: String {
        let entries =
            areas.filter { !$0.isFaint }.map { "<li><i class=\"a\($0.style)\"></i>\(Markup.escaped($0.name))</li>" }
            + lines.map { line in
                "<li><svg viewBox=\"0 0 26 8\" aria-hidden=\"true\"><path class=\"l s\(line.style)\" d=\"M1 4h24\"/></svg>"
                    + "\(Markup.escaped(line.name))</li>"
            } + rules.map { "<li class=\"rule\">\(Markup.escaped($0.name))</li>" }
        let list = entries.isEmpty ? "" : "<ul class=\"legend\">\(entries.joined())</ul>\n"
        return list + legend
    }

    private var axisShapes: String {
        let (left, right) = Self.across
        let (bottom, top) = Self.upward
        var shapes = ""
        for tick in y.ticks {
            let place = Self.number(y.place(tick))
            shapes += "<path class=\"grid\" d=\"M\(Self.number(left)) \(place)H\(Self.number(right))\"/>"
            shapes +=
                "<text class=\"end\" x=\"\(Self.number(left - 6))\" y=\"\(place)\">\(Markup.escaped(y.format(tick)))</text>"
        }
        for tick in x.ticks {
            let place = Self.number(x.place(tick))
            shapes += "<path class=\"grid\" d=\"M\(place) \(Self.number(bottom))v5\"/>"
            shapes +=
                "<text class=\"mid\" x=\"\(place)\" y=\"\(Self.number(bottom + 18))\">\(Markup.escaped(x.format(tick)))</text>"
        }
        shapes +=
            "<path class=\"axis\" d=\"M\(Self.number(left)) \(Self.number(top))V\(Self.number(bottom))H\(Self.number(right))\"/>"
        let middle = Self.number((left + right) / 2)
        return shapes
            + "<text class=\"mid\" x=\"\(middle)\" y=\"\(Self.number(bottom + 40))\">\(Markup.escaped(x.label))</text>\n"
    }

    private func shape(_ line: ChartLine) -> String {
        var path = ""
        var isOpen = false
        for (index, point) in line.points.enumerated() {
            guard let value = point.y else {
                isOpen = false
                continue
            }
            path += isOpen ? "L" : "M"
            path += "\(Self.number(x.place(point.x))) \(Self.number(y.place(value)))"
            // A point without neighbours is a dot.
            let isLast = index + 1 == line.points.count || line.points[index + 1].y == nil
            if !isOpen, isLast { path += "h0" }
            isOpen = true
        }
        return path.isEmpty ? "" : "<path class=\"l s\(line.style)\" d=\"\(path)\"/>\n"
    }

    private func shape(_ area: ChartArea) -> String {
        guard !area.points.isEmpty else { return "" }
        let upper = area.points.map { "\(Self.number(x.place($0.x))) \(Self.number(y.place($0.high)))" }
        let lower = area.points.reversed().map { "\(Self.number(x.place($0.x))) \(Self.number(y.place($0.low)))" }
        let name = area.isFaint ? "a\(area.style) faint" : "a\(area.style)"
        return "<path class=\"\(name)\" d=\"M\((upper + lower).joined(separator: "L"))z\"/>\n"
    }

    private func shape(_ hint: (from: Double, to: Double, text: String)) -> String {
        let (from, to) = (x.place(hint.from), x.place(hint.to))
        let path =
            "M\(Self.number(from)) \(Self.number(Self.upward.to))h\(Self.number(to - from))"
            + "V\(Self.number(Self.upward.from))H\(Self.number(from))z"
        return "<path class=\"hint\" d=\"\(path)\"><title>\(Markup.escaped(hint.text))</title></path>"
    }

    private var ruleShapes: String {
        rules.map { rule in
            let place = Self.number(y.place(rule.y))
            return
                "<path class=\"limit\" d=\"M\(Self.number(Self.across.from)) \(place)H\(Self.number(Self.across.to))\">"
                + "<title>\(Markup.escaped(rule.name))</title></path>"
        }.joined()
    }
}
