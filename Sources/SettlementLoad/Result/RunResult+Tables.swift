internal import Settlement

/// The tables that text and markdown share.
extension RunResult {
    /// One line: what ran, how it ended and why.
    var headline: String {
        let missed = thresholds.count { !$0.passed }
        var reasons: [String] = []
        if verdict != .valid { reasons.append("\(verdict.rawValue): \(verdictReason)") }
        if !audit.conserved { reasons.append("money is not conserved") }
        if missed > 0 { reasons.append("\(missed) of \(thresholds.count) thresholds not met") }
        return "\(profile): " + (passed ? "PASSED, \(verdict.rawValue)" : "FAILED, " + reasons.joined(separator: "; "))
    }

    /// Every latency that was measured, stage under stage so that before, peak and after can be compared.
    func latencyTable(_ lane: Lane, _ statistics: [LatencyStatistic] = LatencyStatistic.allCases) -> TextTable {
        var table = TextTable(["latency", "stage", "count"] + statistics.map(\.label), firstNumber: 2)
        for name in PathStage.allCases {
            var label = name.rawValue
            for stage in stages {
                let latencies = lane == .interactive ? stage.part.latency : stage.part.bulkLatency
                guard let summary = latencies[name] else { continue }
                table.add(
                    [label, stage.label, Display.count(summary.count)]
                        + statistics.map { Display.duration(summary[$0]) }
                )
                label = ""
            }
        }
        return table
    }

    /// What happened in each stage.
    var workTable: TextTable {
        var table = TextTable([""] + stages.map(\.label) + ["overall"], firstNumber: 1)
        let parts = stages.map(\.part) + [overall]
        table.add(["duration"] + parts.map { Display.duration($0.duration) })
        table.add(["offered"] + parts.map { Display.rate($0.rates.offered) })
        table.add(["achieved"] + parts.map { Display.rate($0.rates.achieved) })
        table.add(["write-offs"] + parts.map { Display.rate($0.rates.writeOffsPerSecond) })
        for name in TotalName.allCases where parts.contains(where: { $0.totals[name] != nil }) {
            table.add([name.rawValue] + parts.map { $0.totals[name].map(Display.count) ?? "-" })
        }
        return table
    }

    /// What the month end did, as name and value; empty without one.
    var monthEndFacts: [(name: String, value: String)] {
        guard let monthEnd else { return [] }
        return [
            (
                "written off",
                "\(Display.count(Int64(monthEnd.billsWrittenOff))) bills in \(Display.duration(monthEnd.duration)), "
                    + "\(Display.rate(monthEnd.writeOffsPerSecond)), each durable"
            ),
            ("left open", "\(Display.count(Int64(monthEnd.billsLeftOpen))) bills, for lack of funds"),
            (
                "accounts",
                Display.count(Int64(monthEnd.accounts))
                    + (monthEnd.rangesSkipped > 0 ? ", others were closed before the run was interrupted" : "")
            ),
        ]
    }

    /// The thresholds in the order of the profile.
    var thresholdTable: TextTable {
        var table = TextTable(["", "threshold", "observed"], firstNumber: 2)
        for threshold in thresholds {
            table.add([String(threshold.verdictText.prefix(1)), threshold.expression, threshold.observedText])
        }
        return table
    }

    /// What went wrong on purpose; empty when nothing did.
    var faultTable: TextTable {
        var table = TextTable(["fault", "kind", "where", "at", "for", "recovered after"], firstNumber: 3)
        for fault in faults {
            table.add([
                fault.name, fault.kind, fault.place ?? "-", Display.duration(fault.start),
                Display.duration(fault.end - fault.start),
                fault.recovery.map(Display.duration) ?? "not while it ran",
            ])
        }
        return table
    }

    /// Seed, digests and machine: what makes two results comparable.
    var facts: [(name: String, value: String)] {
        let common = [
            ("profile", "\(profile) (\(profileDigest)), seed \(seed)"),
            ("arrivals", arrivalsDigest), ("state", digest),
            ("audit", audit.conserved ? "money is conserved" : "MONEY IS NOT CONSERVED"),
        ]
        if host.isVirtual { return common + [("time", "virtual")] }
        return common + [
            (
                "host",
                "\(host.system), \(host.processors) processors, \(Display.bytes(host.memoryBytes)) memory"
                    + (host.isOptimized ? "" : ", NOT OPTIMIZED")
            ),
            ("process", "\(Display.duration(host.cpuNanoseconds)) CPU, \(Display.bytes(host.peakMemoryBytes)) at most"),
        ]
    }
}

extension ThresholdResult {
    /// Met, not met, or left out.
    var verdictText: String { passed ? observed == nil ? "– left out" : "✓ met" : "✗ not met" }
}

extension StageResult {
    /// The name, in parentheses when the stage does not count.
    fileprivate var label: String { isExcluded ? "(\(name))" : name }
}
