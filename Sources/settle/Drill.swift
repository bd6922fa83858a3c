import ArgumentParser
import Settlement
import SettlementLoad

/// `settle drill`: from simulated arrears to everything running.
struct Drill: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Drills the way from arrears to everything running, and says how long it took.",
        discussion: """
            Every account's bills fall due, its instances are stopped, two hours later all pay at once, and everything \
            that ran before has to run again: critical instances first and within the target, what its user had stopped \
            not at all. The service is the real one, the clouds are simulated with the rates that a real one publishes, \
            and time is virtual: a drill of hours takes seconds, and gives the same report on every machine.

              settle drill
              settle drill --accounts 20000 --starts-per-second 5 --format json

            Ends with 0 if the drill has passed, 99 if not, 104 for bad arguments. For a drill in real time, with faults, \
            see load-profiles/arrears-drill.yaml.
            """
    )

    /// How the report is written.
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case text, json
    }

    @Option(help: ArgumentHelp("Accounts that fall into arrears.", valueName: "n"))
    var accounts = ArrearsDrill().accounts

    @Option(help: ArgumentHelp("Instances of each account.", valueName: "n"))
    var instances = ArrearsDrill().instancesPerAccount

    @Option(help: ArgumentHelp("How many percent of the instances are critical.", valueName: "percent"))
    var critical = ArrearsDrill().criticalPercent

    @Option(help: ArgumentHelp("Regions over which the instances are spread.", valueName: "n"))
    var regions = ArrearsDrill().regions

    @Option(
        help: ArgumentHelp("Instances that each region's cloud lets start, beyond the first 1,000.", valueName: "n")
    )
    var startsPerSecond = RegionLimits().startInstances.refillPerSecond

    @Option(help: ArgumentHelp("Until when critical instances are to run, in minutes.", valueName: "minutes"))
    var target: Int64 = 30

    @Option(help: ArgumentHelp("Draws how long the clouds take.", valueName: "s"))
    var seed: UInt64 = 1

    @Option(help: "How the report is written to standard output.")
    var format = Format.text

    func run() throws {
        let report = try drill().run()
        switch format {
        case .text: print(report.text, terminator: "")
        case .json: print(report.json, terminator: "")
        }
        if !report.isPassed { throw ExitCode.thresholdsFailed }
    }

    private func drill() throws -> ArrearsDrill {
        var drill = ArrearsDrill()
        drill.accounts = accounts
        drill.instancesPerAccount = instances
        drill.criticalPercent = critical
        drill.regions = regions
        drill.seed = seed
        guard (1...1_000_000).contains(startsPerSecond) else {
            throw fail("--starts-per-second: expected 1 to 1000000, not \(startsPerSecond)", .badConfiguration)
        }
        drill.limits.startInstances.refillPerSecond = startsPerSecond
        guard (1...1_440).contains(target) else {
            throw fail("--target: expected 1 to 1440 minutes, not \(target)", .badConfiguration)
        }
        drill.criticalTargetNanoseconds = target * 60_000_000_000
        if let problem = drill.problem { throw fail("--\(problem)", .badConfiguration) }
        return drill
    }
}
