import Foundation
import SettlementTestKit

/// What `settle simulate` prints.
enum SimulationText {
    static func progress(_ report: SimulationCampaign.Report, of total: Int, after time: Duration) -> String {
        let seconds = Double(time.components.seconds) + Double(time.components.attoseconds) / 1e18
        let rate = Int(Double(report.seeds) / max(seconds, 0.001))
        return "\(report.seeds) of \(total) seeds in \(decimal(seconds)) s, \(rate) seeds/s, "
            + "\(report.failures.count) failing"
    }

    /// The counts of some seeds, and what that is for each.
    static func describe(_ counts: SimulationReport.Counts, of seeds: Int = 1) -> String {
        let rows: [(Int, String)] = [
            (counts.commands, "commands"), (counts.retries, "retries"), (counts.entries, "entries"),
            (counts.crashes, "crashes"), (counts.powerFailures, "power failures"), (counts.recoveries, "recoveries"),
            (counts.monthEnds, "month ends"), (counts.stops, "stops"), (counts.starts, "starts"),
            (counts.paymentsDuringSuspension, "payments during a suspension"),
            (counts.refusals, "damaged journals refused"), (counts.steps, "events"),
        ]
        let total = rows.map { "\($0) \($1)" }.joined(separator: ", ")
        guard seeds > 1 else { return total }
        let mean = rows.map { "\(decimal(Double($0) / Double(seeds))) \($1)" }.joined(separator: ", ")
        return total + "\na seed: " + mean
    }

    static func describe(_ report: SimulationReport) -> String {
        let verdict = report.violations.isEmpty ? "kept every promise" : "broke a promise"
        let found = report.violations.map { "  \($0.invariant.promise)\n    \($0)\n" }.joined()
        return "seed \(report.seed) \(verdict), digest \(report.digest)\n\(found)\(describe(report.counts))"
    }

    /// What was broken, what happened last, and how to see it again.
    static func explain(_ failure: SimulationReport, faults: String) -> String {
        var last: [String] = []
        _ = traced(failure.seed, failure.faults) { line in
            last.append(line)
            if last.count > 30 { last.removeFirst() }
        }
        let chosen = faults == "all" ? "" : " --faults \(faults)"
        return "\n\(describe(failure))\nthe last that happened:\n" + last.map { "  \($0)\n" }.joined()
            + "again: settle simulate --seed \(failure.seed)\(chosen) --trace"
    }

    static func traced(
        _ seed: UInt64,
        _ faults: SimulationFaults,
        _ line: @escaping (String) -> Void
    ) -> SimulationReport {
        let universe = Universe(seed: seed, faults: faults)
        universe.onTrace = { time, text in
            line("\(time / 1_000_000_000).\(String(format: "%09d", time % 1_000_000_000)) \(text)")
        }
        return universe.run()
    }

    private static func decimal(_ value: Double) -> String { String(format: "%.1f", value) }
}
