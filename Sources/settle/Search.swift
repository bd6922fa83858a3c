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
            """
    )

    @Argument(help: "A load profile.", completion: .file(extensions: ["yaml"]))
    var profile: String

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

    @Flag(help: "No progress on standard error.")
    var quiet = false

    func run() async throws {
        let variations = try vary.map { text in
            guard let variation = ProfileVariation(text) else {
                throw fail("--vary '\(text)': expected PATH=VALUE,VALUE, such as pool.shards=1,2,4", .badConfiguration)
            }
            return variation
        }
        guard !variations.isEmpty || !slo.isEmpty else {
            throw fail("nothing to search for: give --slo and --rate, or --vary", .badConfiguration)
        }
        guard slo.isEmpty == (rate == nil) else {
            throw fail("--slo and --rate belong together: what must hold, and what arrives faster", .badConfiguration)
        }
        let combinations = ProfileVariation.combinations(variations)
        // Everything that is wrong with any value shows before the first run.
        let profiles = try combinations.map { try load($0) }
        var table = VariationTable(variations.map { $0.path.joined(separator: ".") }, hasCapacity: rate != nil)
        for (settings, profile) in zip(combinations, profiles) {
            let label = settings.map { "\($0.path.joined(separator: "."))=\($0.value)" }.joined(separator: " ")
            if !label.isEmpty { printError("== \(label)") }
            let (answer, result) = rate == nil ? (nil, try await measure(profile)) : try await search(profile)
            table.add(settings.map(\.value), answer: answer, result: result)
            if combinations.count == 1, let answer { print(answer) }
        }
        if combinations.count > 1 || rate == nil { print(table.text, terminator: "") }
    }

    private func load(_ settings: [(path: [String], value: String)]) throws -> LoadProfile {
        var loaded: LoadProfile
        do throws(InvalidProfile) {
            loaded =
                try settings.isEmpty
                ? LoadProfile(contentsOf: profile) : LoadProfile(contentsOf: profile, settings: settings)
            if !slo.isEmpty {
                loaded.thresholds = try slo.map { text throws(InvalidProfile) in try loaded.threshold(text) }
            }
        } catch {
            throw fail("\(error)", .badConfiguration)
        }
        if let rate, loaded.offering(1, of: rate) == nil {
            throw fail(
                "--rate \(rate): no stage of the profile has such arrivals by the clock; there are "
                    + LoadProfile.arrivalNames.filter { loaded.offering(1, of: $0) != nil }.joined(separator: ", "),
                .badConfiguration
            )
        }
        guard let precision = Share(text: within), precision > .none, tries > 0, confirm > 0 else {
            throw fail("--within is a share such as 5%; --tries and --confirm are at least 1", .badConfiguration)
        }
        return loaded
    }

    private func imported(_ profile: LoadProfile) throws -> FocusImport? {
        var source = ProfileArgument()
        source.profile = self.profile
        return try source.importBills(of: profile)
    }

    private func measure(_ profile: LoadProfile) async throws -> RunResult {
        let result = try await ProfileRunner(profile: profile, imported: imported(profile), isQuiet: quiet).run()
        guard result.verdict != .incomplete else { throw fail(result.verdictReason, .interrupted) }
        return result
    }

    private func search(_ profile: LoadProfile) async throws -> (CapacitySearch.Answer?, RunResult?) {
        guard let rate, let precision = Share(text: within) else { return (nil, nil) }
        let start = profile.offeredRate(of: rate)
        var search = CapacitySearch(
            from: start > 0 ? start : 100,
            within: 1...1_000_000_000,
            precision: precision.fraction,
            tries: tries
        )
        var confirmed: RunResult?
        while let probe = search.next {
            guard let faster = profile.offering(probe.rate, of: rate, stretch: probe.isConfirmation ? confirm : 1)
            else {
                break
            }
            let result = try await measure(faster)
            let holds = result.verdict == .valid && result.thresholds.allSatisfy(\.passed)
            let observed = result.thresholds.map { "\($0.expression): \($0.observedText)" }.joined(separator: ", ")
            let trouble = result.verdict == .valid ? "" : " (\(result.verdict.rawValue): \(result.verdictReason))"
            printError(
                "\(probe.isConfirmation ? "confirm " : "")\(Display.rate(probe.rate)) \(holds ? "holds" : "fails")  \(observed)\(trouble)"
            )
            if holds { confirmed = result }
            search.record(holds: holds)
        }
        return (search.answer, confirmed)
    }
}
