import ArgumentParser
import Foundation
import SettlementTestKit
import Synchronization

/// `settle simulate`: the settlement path in seeded worlds where everything goes wrong.
struct Simulate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Runs the settlement path in simulated worlds that crash, lie and lose, and checks every promise.",
        discussion: """
            Each seed is a world of its own: the same actors that serve in production, in virtual time, on a simulated \
            disk and in simulated clouds. An independent auditor checks every outcome. A failing seed fails again, to the \
            byte, with the command that is printed.
            """
    )

    @Option(help: "How many seeds to run.")
    var seeds: UInt64 = 1_000

    @Option(help: "Run this seed alone, or begin with it when --seeds is given.")
    var seed: UInt64?

    @Option(help: "What may go wrong, separated by commas: \(Self.faultNames), all or none.")
    var faults: String = "all"

    @Option(help: "Worlds that run side by side.")
    var workers: Int = 2

    @Flag(help: "Print what happens in the world, line by line.")
    var trace = false

    @Flag(help: "No progress.")
    var quiet = false

    private static var faultNames: String { SimulationFaults.named.map(\.name).joined(separator: ", ") }

    func run() async throws {
        let chosen = try chosenFaults()
        if trace {
            let report = traced(seed ?? 1, chosen) { print($0) }
            print(Self.describe(report))
            if !report.violations.isEmpty { throw ExitCode.thresholdsFailed }
            return
        }
        let report = try await interruptible { try await campaign(chosen) }
        for failure in report.failures { explain(failure) }
        for seed in report.mismatches {
            printError("seed \(seed) gave another run the second time: determinism is broken")
        }
        if !report.failures.isEmpty || !report.mismatches.isEmpty { throw ExitCode.thresholdsFailed }
    }

    private func chosenFaults() throws -> SimulationFaults {
        if faults == "all" { return .all }
        if faults == "none" { return [] }
        return try faults.split(separator: ",").reduce(into: SimulationFaults()) { chosen, name in
            guard let found = SimulationFaults.named.first(where: { $0.name == name }) else {
                throw fail("--faults: there is no \(name); expected \(Self.faultNames), all or none", .badConfiguration)
            }
            chosen.insert(found.faults)
        }
    }

    private func campaign(_ chosen: SimulationFaults) async throws -> SimulationCampaign.Report {
        let first = seed ?? 1
        let isSingle = seed != nil && !CommandLine.arguments.contains("--seeds")
        var campaign = SimulationCampaign(seeds: first..<first + (isSingle ? 1 : seeds), faults: chosen)
        campaign.workers = workers
        let clock = ContinuousClock()
        let began = clock.now
        let lastShown = Mutex(began)
        let isQuiet = quiet
        let total = campaign.seeds.count
        let report = await campaign.run { report in
            let now = clock.now
            let isDue = lastShown.withLock { last in
                guard now - last >= .seconds(1) else { return false }
                last = now
                return true
            }
            if isDue, !isQuiet { printError(Self.progress(report, of: total, after: now - began)) }
        }
        print(Self.progress(report, of: total, after: clock.now - began))
        let digest = String(report.digest, radix: 16)
        print("\(report.replays) replayed, \(report.mismatches.count) mismatches, digest \(digest)")
        print(Self.describe(report.counts))
        return report
    }

    private static func progress(
        _ report: SimulationCampaign.Report,
        of total: Int,
        after time: Duration
    ) -> String {
        let seconds = Double(time.components.seconds) + Double(time.components.attoseconds) / 1e18
        let rate = Int(Double(report.seeds) / max(seconds, 0.001))
        return "\(report.seeds) of \(total) seeds in \(String(format: "%.1f", seconds)) s, \(rate) seeds/s, "
            + "\(report.failures.count) failing"
    }

    private static func describe(_ counts: SimulationReport.Counts) -> String {
        "\(counts.commands) commands, \(counts.retries) retries, \(counts.entries) entries, \(counts.crashes) crashes "
            + "(\(counts.powerFailures) of power), \(counts.recoveries) recoveries, \(counts.monthEnds) month ends, "
            + "\(counts.starts) starts, \(counts.stops) stops, \(counts.refusals) damaged journals refused"
    }

    private static func describe(_ report: SimulationReport) -> String {
        let verdict = report.violations.map { "  \($0)" }.joined(separator: "\n")
        return "seed \(report.seed): digest \(report.digest), \(report.violations.count) violations\n"
            + (verdict.isEmpty ? "" : verdict + "\n") + describe(report.counts)
    }

    /// What was broken, what happened last, and how to see it again.
    private func explain(_ failure: SimulationReport) {
        var last: [String] = []
        _ = traced(failure.seed, failure.faults) { line in
            last.append(line)
            if last.count > 30 { last.removeFirst() }
        }
        print(Self.describe(failure))
        print("the last that happened:\n" + last.map { "  " + $0 }.joined(separator: "\n"))
        print("again: settle simulate --seed \(failure.seed) --faults \(faults) --trace")
    }

    private func traced(
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
}
