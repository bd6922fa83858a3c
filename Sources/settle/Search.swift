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
            105 when interrupted: what is known by then is printed, and 106 when the tries or the load generator were at \
            their end before there was an answer.
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
        var code = ExitCode.success
        for (settings, profile) in zip(combinations, profiles) {
            let label = settings.map { "\($0.path.joined(separator: "."))=\($0.value)" }.joined(separator: " ")
            if !label.isEmpty, !quiet { printError("== \(label)") }
            let finding = if let rate { try await search(profile, rate) } else { try await measure(profile) }
            code = Self.graver(code, finding.code)
            if finding.answer != nil || finding.result != nil {
                table.add(settings.map(\.value), answer: finding.answer, result: finding.result)
            }
            if combinations.count == 1, let answer = finding.answer { print(answer) }
            if code == .interrupted { break }
        }
        if combinations.count > 1 || rate == nil { print(table.text, terminator: "") }
        if code != .success { throw code }
    }

    /// What came out for one combination of settings.
    private struct Finding {
        var answer: CapacitySearch.Answer?
        /// Of the run that tells most; `nil`: none held.
        var result: RunResult?
        var code = ExitCode.success
    }

    /// An interruption hides what was not tried, an invalid run what would have been found.
    private static func graver(_ a: ExitCode, _ b: ExitCode) -> ExitCode {
        [.interrupted, .notValid, .thresholdsFailed].first { $0 == a || $0 == b } ?? .success
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

    private func run(_ profile: LoadProfile) async throws -> RunResult {
        let imported = try ProfileArgument.importBills(of: profile)
        return try await ProfileRunner(profile: profile, imported: imported, isQuiet: quiet).measure()
    }

    /// One run, which is not judged by the profile's thresholds.
    private func measure(_ profile: LoadProfile) async throws -> Finding {
        do {
            let result = try await run(profile)
            let isSound = result.audit.conserved
            return Finding(
                result: result,
                code: result.verdict != .valid ? .notValid : isSound ? .success : .thresholdsFailed
            )
        } catch let code as ExitCode where code == .interrupted {
            return Finding(code: .interrupted)
        }
    }

    private func search(_ profile: LoadProfile, _ rate: String) async throws -> Finding {
        let start = profile.offeredRate(of: rate)
        var search = CapacitySearch(
            from: start > 0 ? start : 100,
            within: 1...1_000_000_000,
            precision: (Share(text: within) ?? .none).fraction,
            tries: tries
        )
        var held: (rate: Double, result: RunResult)?
        while let probe = search.next {
            guard let faster = profile.offering(probe.rate, of: rate, stretch: probe.isConfirmation ? confirm : 1)
            else { preconditionFailure("the profile was checked to have such arrivals") }
            let result: RunResult
            do {
                result = try await run(faster)
            } catch let code as ExitCode where code == .interrupted {
                return Finding(answer: search.interim, result: held?.result, code: .interrupted)
            }
            let outcome: CapacitySearch.Outcome =
                result.verdict == .generatorBound ? .unmeasurable : result.passed ? .holds : .fails
            if !quiet { tell(probe, outcome, result) }
            if outcome == .holds {
                held = (probe.rate, result)
            } else if let before = held, before.rate >= probe.rate {
                held = nil
            }
            search.record(outcome)
        }
        guard let answer = search.answer else { preconditionFailure("a search that tries nothing more has an answer") }
        return Finding(answer: answer, result: held?.result, code: answer.exitCode)
    }

    private func tell(_ probe: CapacitySearch.Probe, _ outcome: CapacitySearch.Outcome, _ result: RunResult) {
        var words = [Display.rate(probe.rate), outcome.rawValue + " "]
        if probe.isConfirmation { words.insert("confirm", at: 0) }
        words.append(result.thresholds.map { "\($0.expression): \($0.observedText)" }.joined(separator: ", "))
        if result.verdict != .valid { words.append("(\(result.verdict.rawValue): \(result.verdictReason))") }
        if !result.audit.conserved { words.append("(books not conserved)") }
        printError(words.joined(separator: " "))
    }
}

extension CapacitySearch.Answer {
    fileprivate var exitCode: ExitCode {
        switch self {
        case .found, .allHold: .success
        case .noneHolds: .thresholdsFailed
        case .undecided, .generatorBound: .notValid
        }
    }
}
