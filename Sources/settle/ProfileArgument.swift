import ArgumentParser
import SettlementLoad

/// A profile named on the command line, and the bills of the file it names.
struct ProfileArgument: ParsableArguments {
    @Argument(help: "A load profile, for instance load-profiles/smoke.yaml.", completion: .file(extensions: ["yaml"]))
    var profile: String

    @Option(help: "Use this seed instead of the profile's.")
    var seed: UInt64?

    /// Reads the profile, with some settings replaced; everything wrong in it is told at once.
    func load(settings: [(path: [String], value: String)] = []) throws(ExitCode) -> LoadProfile {
        var loaded = try Self.load(profile, settings: settings)
        if let seed { loaded.seed = seed }
        return loaded
    }

    /// Reads the profile at `path`, or tells everything wrong in it.
    static func load(
        _ path: String,
        settings: [(path: [String], value: String)] = []
    ) throws(ExitCode) -> LoadProfile {
        do throws(InvalidProfile) {
            return try settings.isEmpty
                ? LoadProfile(contentsOf: path) : LoadProfile(contentsOf: path, settings: settings)
        } catch {
            throw fail("\(error)", .badConfiguration)
        }
    }

    /// Reads the bills of the profile's FOCUS file, if it names one, before anything is changed.
    func importBills(of profile: LoadProfile) throws(ExitCode) -> FocusImport? { try Self.importBills(of: profile) }

    /// The same for a profile named elsewhere.
    static func importBills(of profile: LoadProfile) throws(ExitCode) -> FocusImport? {
        guard case .focus(let path) = profile.bills else { return nil }
        let imported: FocusImport
        do throws(InvalidImport) {
            imported = try FocusImport(contentsOf: path)
        } catch {
            throw fail("\(error)", .badConfiguration)
        }
        let issues = profile.issues(with: imported)
        guard issues.isEmpty else { throw fail("\(InvalidProfile(issues: issues))", .badConfiguration) }
        return imported
    }
}
