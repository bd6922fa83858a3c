import ArgumentParser
import SettlementLoad

/// `settle validate`: everything wrong in a profile, without running it.
struct Validate: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Checks a load profile and the files it names.")

    @OptionGroup var source: ProfileArgument

    func run() throws {
        let profile = try source.load()
        let imported = try source.importBills(of: profile)
        if let imported { print(imported.summary) }
        print("\(source.profile): valid")
    }
}
