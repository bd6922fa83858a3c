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
            byte, with the command that is printed. One seed in a hundred is run twice and has to give the same run.

              settle simulate --seeds 10000
              settle simulate --seed 7 --trace
              settle simulate --seeds 1000 --faults crashes,disk-errors

            Ends with 0 if every promise was kept, 99 if one was broken, 104 for bad arguments, 105 if interrupted.
            """
    )

    @Option(help: ArgumentHelp("How many seeds to run, from --seed on.", valueName: "n"))
    var seeds: UInt64?

    @Option(help: ArgumentHelp("The first seed; without --seeds the only one. (default: 1)", valueName: "s"))
    var seed: UInt64?

    @Option(help: ArgumentHelp("What may go wrong, with commas: \(Self.faultNames), all or none.", valueName: "kinds"))
    var faults: String = "all"

    @Option(help: ArgumentHelp("Worlds that run side by side. (default: one a core)", valueName: "n"))
    var workers: Int?

    @Flag(help: "Print what happens in one world, line by line, with the virtual time in seconds.")
    var trace = false

    @Flag(help: "No progress.")
    var quiet = false

    private static var faultNames: String { SimulationFaults.named.map(\.name).joined(separator: ", ") }

    func run() async throws {
        let campaign = try chosenCampaign()
        if trace {
            let report = SimulationText.traced(campaign.seeds.lowerBound, campaign.faults) { print($0) }
            print(SimulationText.describe(report))
            if !report.violations.isEmpty { throw ExitCode.thresholdsFailed }
            return
        }
        let report = try await interruptible { await self.run(campaign) }
        for failure in report.failures { print(SimulationText.explain(failure, faults: faults)) }
        for seed in report.mismatches {
            print("seed \(seed) gave another run the second time: something in it is not drawn from the seed")
        }
        if !report.failures.isEmpty || !report.mismatches.isEmpty { throw ExitCode.thresholdsFailed }
        if report.seeds < campaign.seeds.count { throw ExitCode.interrupted }
    }

    private func chosenCampaign() throws -> SimulationCampaign {
        let count = seeds ?? (seed == nil && !trace ? 1_000 : 1)
        let first = seed ?? 1
        guard count > 0 else { throw fail("--seeds: expected 1 or more", .badConfiguration) }
        guard !trace || count == 1 else {
            throw fail("--trace: tells one world; give --seed and leave --seeds out", .badConfiguration)
        }
        let (end, isTooLarge) = first.addingReportingOverflow(count)
        guard !isTooLarge else { throw fail("--seed: the last seed would be beyond 64 bits", .badConfiguration) }
        if let workers, workers < 1 { throw fail("--workers: expected 1 or more", .badConfiguration) }
        var campaign = SimulationCampaign(seeds: first..<end, faults: try chosenFaults())
        campaign.workers = workers ?? ProcessInfo.processInfo.activeProcessorCount
        return campaign
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

    private func run(_ campaign: SimulationCampaign) async -> SimulationCampaign.Report {
        let clock = ContinuousClock()
        let began = clock.now
        let lastShown = Mutex(began)
        let isQuiet = quiet
        let total = campaign.seeds.count
        let report = await campaign.run { report in
            let now = clock.now
            let isDue = lastShown.withLock { last in
                guard !isQuiet, now - last >= .seconds(1) else { return false }
                last = now
                return true
            }
            if isDue { printError(SimulationText.progress(report, of: total, after: now - began)) }
        }
        print(SimulationText.progress(report, of: total, after: clock.now - began))
        let digest = String(report.digest, radix: 16)
        print("\(report.replays) run twice, \(report.mismatches.count) mismatches, digest \(digest)")
        print(SimulationText.describe(report.counts, of: report.seeds))
        return report
    }
}
