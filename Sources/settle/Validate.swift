import ArgumentParser
import SettlementLoad

/// `settle validate`: everything wrong in profiles, without running them.
struct Validate: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Checks load profiles and the files they name.",
        discussion: "Everything that is wrong in any of them is told; the exit code is 104 if anything is."
    )

    @Argument(help: "Load profiles, for instance load-profiles/*.yaml.", completion: .file(extensions: ["yaml"]))
    var profiles: [String]

    func run() throws {
        var wrong = 0
        for path in profiles {
            do throws(ExitCode) {
                let profile = try ProfileArgument.load(path)
                if let imported = try ProfileArgument.importBills(of: profile) { print(imported.summary) }
                print("\(path): valid")
            } catch {
                wrong += 1
            }
        }
        guard wrong == 0 else {
            throw fail("\(wrong) of \(profiles.count) profiles cannot be used", .badConfiguration)
        }
    }
}
