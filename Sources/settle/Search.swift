import ArgumentParser
import SettlementLoad

/// `settle search`: the highest rate at which a condition holds, or what a setting does to throughput and latency.
struct Search: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Finds the rate up to which a profile meets a condition, or tries values of a setting.",
        discussion: """
            With --slo and --rate: runs the profile at a rate, doubles it until the condition fails, bisects, and \
            confirms the answer on a longer run. With --vary: runs the profile for every value and tabulates throughput \
            and latency; with both, searches for every value.

            Ends with 0 when there is an answer, 99 when the condition holds at no rate or the books are not conserved, \
            105 when interrupted: what is known by then is printed, and 106 when there is no answer: the tries or the load \
            generator were at their end, or no account was left to measure the condition with.
            """
    )

    /// How the answer is written.
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case text, json
    }

    @OptionGroup var source: ProfileArgument

    @Option(help: "What must hold, such as \"recharge_to_start p99 < 28ms\"; may be given several times.")
    var slo: [String] = []

    @Option(help: "What arrives at the rate that is searched: \(LoadProfile.arrivalNames.joined(separator: ", ")).")
    var rate: String?

    @Option(help: "A setting and its values, such as pool.shards=1,2,4,8; may be given several times.")
    var vary: [String] = []

    @Option(help: "How far the answer and the failed rate above it may be apart.")
    var within = "5%"

    @Option(help: "Most runs of a search.")
    var tries = 20

    @Option(help: "How many times longer the confirming run is.")
    var confirm: Int64 = 3

    @Option(
        help: "The highest rate that is tried, such as 50k/s; default in virtual time: 200,000 arrivals in a run."
    )
    var upTo: String?

    @Flag(help: "Run in virtual time: the calibration's capacity, the same on every machine.")
    var virtualTime = false

    @Option(help: "How the answer is written to standard output.")
    var format = Format.text

    @Flag(help: "No progress on standard error.")
    var quiet = false

    func run() async throws {
        let variations = try checkedVariations()
        let combinations = ProfileVariation.combinations(variations)
        // Everything that is wrong with any value shows before the first run.
        let profiles = try combinations.map { try load($0) }
        var report = SearchReport(
            profiles[0],
            arrivals: rate,
            settings: variations.map { $0.path.joined(separator: ".") }
        )
        for (settings, profile) in zip(combinations, profiles) {
            let label = settings.map { "\($0.path.joined(separator: "."))=\($0.value)" }.joined(separator: " ")
            if !label.isEmpty, !quiet { printError("== \(label)") }
            var finding = try await find(profile)
            finding.values = settings.map(\.value)
            report.findings.append(finding)
            if finding.isInterrupted { break }
        }
        switch format {
        case .text: print(report.text, terminator: "")
        case .json: print(report.json, terminator: "")
        }
        // An interruption hides what was not tried, an invalid run what would have been found.
        let codes = report.findings.compactMap(\.exitCode)
        let gravest = [ExitCode.interrupted, .notValid, .thresholdsFailed].first { codes.contains($0) }
        if let gravest { throw gravest }
    }

    private func checkedVariations() throws -> [ProfileVariation] {
        let variations = try vary.map { text in
            guard let variation = ProfileVariation(text) else {
                throw fail("--vary '\(text)': expected PATH=VALUE,VALUE, such as pool.shards=1,2,4", .badConfiguration)
            }
            return variation
        }
        for (index, variation) in variations.enumerated()
        where variations[..<index].contains(where: { $0.path == variation.path }) {
            throw fail(
                "--vary \(vary[index]): this setting is varied twice; give all its values at once",
                .badConfiguration
            )
        }
        guard !variations.isEmpty || !slo.isEmpty else {
            throw fail("nothing to search for: give --slo and --rate, or --vary", .badConfiguration)
        }
        guard slo.isEmpty == (rate == nil) else {
            throw fail("--slo and --rate belong together: what must hold, and what arrives faster", .badConfiguration)
        }
        guard let precision = Share(text: within), precision > .none, tries > 0, confirm > 0 else {
            throw fail("--within is a share such as 5%; --tries and --confirm are at least 1", .badConfiguration)
        }
        _ = try highest
        return variations
    }

    /// What ``upTo`` says, each second.
    private var highest: Double? {
        get throws {
            guard let upTo else { return nil }
            guard let limit = Rate(text: upTo), limit.perSecond >= 1 else {
                throw fail("--up-to '\(upTo)': expected a rate of at least 1/s, such as 50k/s", .badConfiguration)
            }
            return limit.perSecond
        }
    }

    private func load(_ settings: [(path: [String], value: String)]) throws -> LoadProfile {
        var loaded = try source.load(settings: settings)
        do throws(InvalidProfile) {
            if !slo.isEmpty {
                loaded.thresholds = try slo.map { text throws(InvalidProfile) in try loaded.threshold(text) }
            }
        } catch {
            throw fail("\(error)", .badConfiguration)
        }
        if let rate, RateSearch(loaded, arrivals: rate) == nil {
            let there = LoadProfile.arrivalNames.filter { RateSearch(loaded, arrivals: $0) != nil }
            throw fail(
                "--rate \(rate): no stage of the profile has such arrivals by the clock; there are "
                    + (there.isEmpty ? "none" : there.joined(separator: ", ")),
                .badConfiguration
            )
        }
        return loaded
    }

    private func find(_ profile: LoadProfile) async throws -> SearchFinding {
        if let rate, var search = RateSearch(profile, arrivals: rate) {
            if let precision = Share(text: within) { search.precision = precision }
            (search.tries, search.stretch) = (tries, confirm)
            if virtualTime { search.limitToVirtualTime() }
            if let highest = try highest { search.highest = highest }
            return try await search.run(measure) { if !quiet { printError($0.text) } }
        }
        var finding = SearchFinding()
        finding.result = try await measure(profile)
        finding.isInterrupted = finding.result == nil
        return finding
    }

    /// The result of one run; `nil`: it was interrupted.
    private func measure(_ profile: LoadProfile) async throws -> RunResult? {
        let imported = try ProfileArgument.importBills(of: profile)
        var runner = ProfileRunner(profile: profile, imported: imported, isQuiet: quiet)
        runner.options.endsWhenLost = rate != nil
        runner.options.isInVirtualTime = virtualTime
        do {
            return try await runner.measure()
        } catch let code as ExitCode where code == .interrupted {
            return nil
        }
    }
}

extension SearchFinding {
    /// What the shell is told; `nil`: all is well. A single run is not judged by the profile's thresholds.
    fileprivate var exitCode: ExitCode? {
        if isInterrupted { return .interrupted }
        switch answer {
        case .found, .allHold: return nil
        case .noneHolds: return .thresholdsFailed
        case .undecided, .unmeasurable: return .notValid
        case nil: break
        }
        guard let result, result.verdict == .valid else { return .notValid }
        return result.audit.conserved ? nil : .thresholdsFailed
    }
}
