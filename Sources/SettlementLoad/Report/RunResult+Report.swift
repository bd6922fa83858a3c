internal import Settlement

extension RunResult {
    /// The run as one HTML page that needs nothing else: no script, no network, no font.
    ///
    /// Verdict and thresholds come first, then load, latency, where the time goes, queues, the process, all numbers by
    /// stage, and what makes the run comparable. Below 300 kB whatever the run's length.
    public var report: String {
        let timeline = RunTimeline(self)
        let sections = [
            thresholdSection,
            ReportPage.charts("Load", [timeline.rates, timeline.writeOffs].compactMap(\.self).map(\.html)),
            ReportPage.charts("Latency", latencyFigures(timeline)),
            ReportPage.charts("Where the time goes", pathFigures(timeline)),
            ReportPage.charts("Queues", [timeline.queueDepths, timeline.regionDepths].compactMap { $0?.html }),
            ReportPage.charts(
                "Generator and process",
                [lagChart(timeline), timeline.processors, timeline.memory].compactMap { $0?.html }
            ),
            numbersSection, factsSection,
        ]
        return ReportPage.html(
            title: profile,
            lead: passed ? "✓ PASSED" : "✗ FAILED",
            isGood: passed,
            reason: headline,
            tiles: tiles,
            sections: sections
        )
    }

    private var tiles: [(name: String, value: String)] {
        var tiles: [(name: String, value: String)] = []
        for (name, statistic) in [
            (PathStage.rechargeToStart, LatencyStatistic.p50), (.rechargeToStart, .p99), (.rechargeToRunning, .p99),
            (.settle, .p99),
        ] {
            guard let summary = overall.latency[name] else { continue }
            tiles.append(("\(name.rawValue) \(statistic.label)", Display.duration(summary[statistic])))
        }
        tiles.append(("offered", Display.rate(overall.rates.offered)))
        tiles.append(("achieved", Display.rate(overall.rates.achieved)))
        if let monthEnd {
            tiles.append(("month end", Display.rate(monthEnd.writeOffsPerSecond)))
        }
        tiles.append(("rejected", Display.count(overall.totals[.rejected] ?? 0)))
        return tiles
    }

    private var thresholdSection: String {
        guard !thresholds.isEmpty else { return ReportPage.section("Thresholds", "<p>The profile has none.</p>") }
        let rows = thresholds.map { threshold in
            "<tr><td class=\"\(threshold.passed ? "good" : "bad")\">\(threshold.verdictText)</td>"
                + "<td>\(Markup.escaped(threshold.expression))</td><td>\(Markup.escaped(threshold.observedText))</td></tr>"
        }
        return ReportPage.section(
            "Thresholds",
            "<div class=\"wide full\"><table class=\"thresholds\"><thead><tr><th scope=\"col\">verdict</th>"
                + "<th scope=\"col\">threshold</th><th scope=\"col\">observed</th></tr></thead><tbody>"
                + rows.joined() + "</tbody></table></div>"
        )
    }

    private func latencyFigures(_ timeline: RunTimeline) -> [String] {
        var figures = timeline.mainLatencies.prefix(3).map { name in
            timeline.latency(
                name,
                id: "latency-\(name.rawValue)",
                title: "\(name.rawValue) over time",
                summary: "Percentiles of what ended in each moment, from the intended time of arrival."
            ).html
        }
        let shown: [PathStage] = [
            .queueWait, .commitWait, .settle, .notify, .dispatch, .rechargeToStart, .rechargeToRunning,
        ]
        let curves = shown.enumerated().compactMap { style, name in
            self.curves[name].map { (name: name.rawValue, style: style, curve: $0) }
        }
        if !curves.isEmpty {
            let summary = "Which share of all stayed below which latency; stages that do not count are left out."
            figures.append(PercentileChart.chart(curves, summary: summary).html)
        }
        if let main = timeline.mainLatencies.first { figures.append(timeline.heatMap(main).html) }
        return figures.isEmpty ? ["<p>No latency was measured.</p>"] : figures
    }

    private func pathFigures(_ timeline: RunTimeline) -> [String] {
        let breakdown = PathBreakdown(timeline: timeline)
        return [breakdown.chart.html, breakdown.figure]
    }

    private func lagChart(_ timeline: RunTimeline) -> Chart? {
        guard timeline.fine.contains(where: { $0.latency[.scheduleLag] != nil }) else { return nil }
        return timeline.latency(
            .scheduleLag,
            id: "lag",
            title: "Schedule lag",
            summary:
                "How late the generator handed arrivals over. A late generator says more about itself than the pool."
        )
    }

    private var numbersSection: String {
        let tables: [(String, TextTable)] = [
            ("Faults", faultTable), ("Work", workTable),
            ("Latency of interactive work", latencyTable(.interactive)),
            ("Latency of bulk work", latencyTable(.bulk)),
        ]
        let parts = tables.filter { !$0.1.isEmpty }.map { title, table in
            "<h3>\(title)</h3>" + Chart.html(ChartTable(header: table.header, rows: table.rows), caption: title)
        }
        return ReportPage.section("Numbers by stage", parts.joined(separator: "\n"))
    }

    private var factsSection: String {
        let facts = self.facts + monthEndFacts.map { ("month end, \($0.name)", $0.value) }
        let asides = audit.findings.map { ("audit finding", $0) } + notes.map { ("note", $0) }
        let list = (facts + asides).map { "<dt>\(Markup.escaped($0.0))</dt><dd>\(Markup.escaped($0.1))</dd>" }
        return ReportPage.section("Run", "<dl class=\"facts\">\(list.joined())</dl>")
    }
}
