internal import Settlement

/// Draws a ``RunProgress``: several lines to be redrawn on a terminal, or one line to be appended to a log.
public struct ProgressView: Sendable {
    /// Columns of the terminal.
    public var width: Int
    /// Rows of the terminal: what is beyond them cannot be drawn over.
    public var height = Int.max
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
        var parts = [
            "\(Display.duration(progress.elapsed)) \(progress.stage)", rates(progress).joined(separator: ", "),
        ]
        if let monthEnd = progress.monthEnd { parts.append("month end \(percent(monthEnd))") }
        for name in Self.shown {
            if let summary = progress.latency[name] {
                let values = [summary.p50, summary.p99, summary.max].map(Display.duration).joined(separator: "/")
                parts.append("\(name.rawValue) p50/p99/max \(values)")
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
        let heading = folded(
            [
                "\(progress.stage) (\(progress.stageIndex + 1)/\(progress.stageCount)), "
                    + "\(Display.duration(progress.stageRemaining)) left",
                "\(Display.duration(progress.elapsed)) of \(Display.duration(progress.total))",
            ],
            " · "
        )
        var lines = heading + [bar(progress)] + folded(rates(progress), ", ")
        if let monthEnd = progress.monthEnd {
            lines.append(
                "month end \(percent(monthEnd)), \(Display.count(monthEnd.done)) of \(Display.count(monthEnd.all))"
            )
        }
        lines += latencies(progress)
        lines += depths("shards ", progress.queueDepths) + regionDepths(progress)
        let firstNotice = lines.count
        if progress.rejected > 0 { lines.append("rejected \(Display.count(progress.rejected))") }
        lines += progress.notices.suffix(3)
        return lines.enumerated().map { index, line in
            let cut = fitted(line)
            guard usesColor else { return cut }
            if index < heading.count { return "\u{1B}[1m\(cut)\u{1B}[0m" }
            return index >= firstNotice ? "\u{1B}[33m\(cut)\u{1B}[0m" : cut
        }
    }

    /// What to write to replace a display of `previous` lines by the current one.
    public func redraw(_ progress: RunProgress, previous: Int) -> (text: String, lines: Int) {
        let lines = lines(progress).prefix(max(1, height - 1))
        let up = previous > 0 ? "\u{1B}[\(previous)A" : ""
        return ("\r" + up + "\u{1B}[J" + lines.joined(separator: "\n") + "\n", lines.count)
    }

    /// The latencies a person watches.
    private static let shown: [PathStage] = [.scheduleLag, .queueWait, .settle, .rechargeToStart, .rechargeToRunning]

    private func rates(_ progress: RunProgress) -> [String] {
        [
            "offered \(Display.rate(progress.offered))", "achieved \(Display.rate(progress.achieved))",
            "write-offs \(Display.rate(progress.writeOffs))",
        ]
    }

    /// A table of what is watched; where there is no room for all of it, without medians.
    private func latencies(_ progress: RunProgress) -> [String] {
        func table(_ statistics: [LatencyStatistic]) -> [String] {
            var table = TextTable([""] + statistics.map(\.label), firstNumber: 1)
            for name in Self.shown {
                guard let summary = progress.latency[name] else { continue }
                table.add([name.rawValue] + statistics.map { Display.duration(summary[$0]) })
            }
            return table.isEmpty ? [] : table.lines(indent: "")
        }
        let whole = table([.p50, .p99, .max])
        return whole.contains { $0.count > width } ? table([.p99, .max]) : whole
    }

    /// As many parts on a line as fit.
    private func folded(_ parts: [String], _ separator: String) -> [String] {
        parts.reduce(into: []) { lines, part in
            if let last = lines.last, last.count + separator.count + part.count <= width {
                lines[lines.count - 1] = last + separator + part
            } else {
                lines.append(part)
            }
        }
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
