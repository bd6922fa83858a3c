extension ArrearsDrillReport {
    /// The report as a table for people, with the verdict at the end.
    public var text: String {
        var table = TextTable(["step", "", "count", "of", "after"], firstNumber: 2)
        for step in suspension + restart {
            table.add([
                step.name, step.unit, Display.count(Int64(step.count)), Display.count(Int64(step.expected)),
                step.nanoseconds.map(Display.duration) ?? "-",
            ])
        }
        var lines = ["arrears drill, seed \(seed), in virtual time", ""] + table.lines()
        lines += [
            "", "'after' counts from the first bill for the first two steps, from the first payment for the others.",
        ]
        if let critical = restart.first(where: { $0.name == Self.criticalRunning }), critical.expected > 0 {
            lines.append(
                "critical instances within the target of \(Display.duration(criticalTargetNanoseconds)): "
                    + "\(Display.count(Int64(criticalWithinTarget))) of \(Display.count(Int64(critical.expected)))"
            )
        }
        lines += failures.map { "failed: \($0)" }
        lines.append(isPassed ? "verdict: passed" : "verdict: failed")
        return lines.joined(separator: "\n") + "\n"
    }

    /// The report as JSON with `failures` and `passed`, times in nanoseconds, keys in alphabetical order.
    public var json: String { Summary(report: self).stableJSON() }

    private struct Summary: Encodable {
        var report: ArrearsDrillReport

        enum Keys: String, CodingKey {
            case schemaVersion, passed, failures
        }

        func encode(to encoder: any Encoder) throws {
            try report.encode(to: encoder)
            var container = encoder.container(keyedBy: Keys.self)
            try container.encode(1, forKey: .schemaVersion)
            try container.encode(report.isPassed, forKey: .passed)
            try container.encode(report.failures, forKey: .failures)
        }
    }
}
