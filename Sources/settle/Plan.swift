import ArgumentParser
import SettlementLoad

/// `settle plan`: what a profile will do, counted, without running it.
struct Plan: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Counts what a load profile will do, stage by stage.",
        discussion: "The same profile and seed give the same plan, and the same arrivals digest, on every machine."
    )

    @OptionGroup var source: ProfileArgument

    func run() throws {
        let profile = try source.load()
        let imported = try source.importBills(of: profile)
        if let imported { print(imported.summary) }
        print(LoadPlan(profile, population: Population(profile, imported: imported)).text)
    }
}
