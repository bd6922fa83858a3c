internal import Settlement

/// Draws a ``RunProgress``: several lines to be redrawn on a terminal, or one line to be appended to a log.
public struct ProgressView: Sendable {
    /// Columns of the terminal.
    public var width: Int
    /// Whether colours may be used.
    public var usesColor: Bool

    /// A view for a terminal of `width` columns.
    public init(width: Int, usesColor: Bool) {
        self.width = max(20, width)
        self.usesColor = usesColor
    }

    /// A view for the terminal that these variables describe: `NO_COLOR` set to anything but nothing, or a `TERM` of
    /// `dumb`, means no colour.
    public init(width: Int, environment: [String: String]) {
        let isPlain = environment["NO_COLOR"]?.isEmpty == false || environment["TERM"] == "dumb"
        self.init(width: width, usesColor: !isPlain)
    }

    /// One line without control characters, for a log.
    public func line(_ progress: RunProgress) -> String {
        // Nothing is measured while the population is loaded.
        guard progress.total > 0 else {
            return ([progress.stage] + progress.notices.suffix(1)).joined(separator: " · ")
        }
        var parts = ["\(Display.duration(progress.elapsed)) \(progress.stage)", rates(progress)]
        if let monthEnd = progress.monthEnd { parts.append("month end \(percent(monthEnd))") }
        for name in Self.shown {
            if let summary = progress.latency[name] {
                parts.append("\(name.rawValue) p99 \(Display.duration(summary.p99))")
            }
        }
        for (title, depths) in [("shards", progress.queueDepths), ("regions", progress.regionDepths)] {
            let waiting = depths.reduce(0, +)
            if waiting > 0 { parts.append("queued in \(title) \(Display.count(Int64(waiting)))") }
        }
        if progress.rejected > 0 { parts.append("rejected \(Display.count(progress.rejected))") }
        return parts.joined(separator: " · ")
    }

    /// The lines of the live display, none wider than the terminal.
    public func lines(_ progress: RunProgress) -> [String] {
        guard progress.total > 0 else { return [fitted(line(progress))] }
        var lines = [
            "\(progress.stage) (\(progress.stageIndex + 1)/\(progress.stageCount)), "
                + "\(Display.duration(progress.stageRemaining)) left · \(Display.duration(progress.elapsed)) of "
                + Display.duration(progress.total), bar(progress), rates(progress),
        ]
        if let monthEnd = progress.monthEnd {
            lines.append(
                "month end \(percent(monthEnd)), \(Display.count(monthEnd.done)) of \(Display.count(monthEnd.all))"
            )
        }
        var table = TextTable(["", "p50", "p99", "max"], firstNumber: 1)
        for name in Self.shown {
            guard let summary = progress.latency[name] else { continue }
            table.add([name.rawValue] + [summary.p50, summary.p99, summary.max].map(Display.duration))
        }
        if !table.isEmpty { lines += table.lines(indent: "") }
        lines += depths("shards ", progress.queueDepths) + regionDepths(progress)
        let heading = lines.count
        if progress.rejected > 0 { lines.append("rejected \(Display.count(progress.rejected))") }
        lines += progress.notices.suffix(3)
        return lines.enumerated().map { index, line in
            let cut = fitted(line)
            guard usesColor else { return cut }
            if index == 0 { return "\u{1B}[1m\(cut)\u{1B}[0m" }
            return index >= heading ? "\u{1B}[33m\(cut)\u{1B}[0m" : cut
        }
    }

    /// What to write to replace a display of `previous` lines by the current one.
    public func redraw(_ progress: RunProgress, previous: Int) -> (text: String, lines: Int) {
        let lines = lines(progress)
        let up = previous > 0 ? "\u{1B}[\(previous)A" : ""
        return ("\r" + up + "\u{1B}[J" + lines.joined(separator: "\n") + "\n", lines.count)
    }

    /// The latencies a person watches.
    private static let shown: [PathStage] = [.scheduleLag, .queueWait, .settle, .rechargeToStart, .rechargeToRunning]

    private func rates(_ progress: RunProgress) -> String {
        "offered \(Display.rate(progress.offered)), achieved \(Display.rate(progress.achieved)), "
            + "write-offs \(Display.rate(progress.writeOffs))"
    }

    private func bar(_ progress: RunProgress) -> String {
        let room = min(width, 60) - 2
        let done = progress.total > 0 ? min(1, Double(progress.elapsed) / Double(progress.total)) : 1
        let filled = Int(done * Double(room))
        return "[" + String(repeating: "█", count: filled) + String(repeating: "·", count: room - filled) + "]"
    }

    private func depths(_ title: String, _ depths: [Int]) -> [String] {
        guard depths.contains(where: { $0 > 0 }) else { return [] }
        return ["queued in \(title) " + depths.map { Display.count(Int64($0)) }.joined(separator: " ")]
    }

    /// Regions with work before them, the deepest first.
    private func regionDepths(_ progress: RunProgress) -> [String] {
        let named = progress.regionDepths.enumerated().filter { $0.element > 0 }.sorted {
            ($1.element, $0.offset) < ($0.element, $1.offset)
        }
        guard !named.isEmpty else { return [] }
        let parts = named.map { index, depth in
            (index < progress.regions.count ? progress.regions[index] + " " : "") + Display.count(Int64(depth))
        }
        return ["queued in regions " + parts.joined(separator: ", ")]
    }

    private func percent(_ part: RunProgress.Part) -> String {
        Display.share(part.all > 0 ? (Double(part.done) / Double(part.all) * 1_000).rounded() / 1_000 : 1)
    }

    private func fitted(_ line: String) -> String {
        line.count <= width ? line : line.prefix(width - 1) + "…"
    }
}
