extension Chart {
    /// About how wide a letter is; on a phone letters are larger.
    private static let (letterWidth, phoneLetterWidth) = (8.0, 13.0)
    private static let faultRowHeight = 16.0

    /// Stages as bands behind everything, faults as bars at the top.
    var stretchShapes: String {
        stretches.filter { $0.from < $0.to }.map { stretch in
            let (from, to) = (x.place(stretch.from), x.place(stretch.to))
            let height = stretch.kind == .fault ? 10 : Self.upward.from - Self.upward.to
            return
                "<rect class=\"\(stretch.kind.rawValue)\" x=\"\(Self.number(from))\" y=\"\(Self.number(Self.upward.to))\" "
                + "width=\"\(Self.number(max(1, to - from)))\" height=\"\(Self.number(height))\">"
                + "<title>\(Markup.escaped(stretch.name))</title></rect>"
        }.joined()
    }

    /// Names of stages where they fit, and of all faults.
    var stretchLabels: String {
        stretches.filter { $0.kind != .fault }.map(stageLabel).joined() + faultLabels
    }

    private func stageLabel(_ stage: ChartStretch) -> String {
        let (from, to) = (x.place(stage.from), x.place(stage.to))
        let letters = Double(stage.name.count)
        guard to - from > letters * Self.letterWidth else { return "" }
        let isTight = to - from < letters * Self.phoneLetterWidth
        return "<text class=\"mid \(stage.kind.rawValue)-name\(isTight ? " tight" : "")\" "
            + "x=\"\(Self.number((from + to) / 2))\" y=\"\(Self.number(Self.upward.to - 12))\">"
            + "\(Markup.escaped(stage.name))</text>"
    }

    /// Each below its bar, or one row further down when another name is there.
    private var faultLabels: String {
        var rows: [Double] = []
        return stretches.filter { $0.kind == .fault }.sorted { $0.from < $1.from }.map { fault in
            let width = Double(fault.name.count) * Self.letterWidth
            let middle = (x.place(fault.from) + x.place(fault.to)) / 2
            let start = max(Self.across.from, min(middle - width / 2, Self.across.to - width))
            let row = rows.firstIndex { $0 <= start } ?? rows.count
            if row == rows.count { rows.append(0) }
            rows[row] = start + width
            let y = Self.upward.to + 22 + Double(row) * Self.faultRowHeight
            return "<text class=\"mid fault-name\" x=\"\(Self.number(start + width / 2))\" y=\"\(Self.number(y))\">"
                + "\(Markup.escaped(fault.name))</text>"
        }.joined()
    }
}
