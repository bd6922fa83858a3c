internal import Settlement

/// Looks for the highest rate at which a profile still passes, by running it.
///
/// ``CapacitySearch`` decides what is tried next; how a run is made is the caller's business.
public struct RateSearch: Sendable {
    /// What is run, with the thresholds that must hold. Unless one of them says how many may be refused, less than 1 %: who
    /// is turned away has no latency, so a pool that refuses nearly everybody would meet any bound.
    public let profile: LoadProfile
    /// Whose rate is searched: one of ``LoadProfile/arrivalNames``.
    public let arrivals: String
    /// How far the answer and the failed rate above it may be apart; more than none.
    public var precision = Share(partsPerBillion: 50_000_000)
    /// Most runs; at least 1.
    public var tries = 20
    /// How many times longer the confirming run is; at least 1.
    public var stretch: Int64 = 3

    /// The highest rate that is tried, each second; at least 1.
    public var highest = 1_000_000_000.0

    /// The lowest rate that is tried, each second.
    private static let lowest = 1.0
    /// Most arrivals of a run in virtual time, unless more are asked for: some seconds of computing.
    private static let virtualArrivals = 200_000.0
    /// Where it begins when the profile's own rate is 0, each second.
    private static let startWithoutRate = 100.0

    /// A search that has not begun; `nil`: no stage of the profile has such arrivals by the clock.
    public init?(_ profile: LoadProfile, arrivals: String) {
        guard profile.offering(1, of: arrivals) != nil else { return nil }
        self.profile = profile.serving
        self.arrivals = arrivals
    }

    /// Tries no rate at which a run, unless it confirms, has more than 200,000 of the arrivals: in virtual time each
    /// costs some microseconds, and no generator gives up.
    public mutating func limitToVirtualTime() {
        highest = max(Self.lowest, Self.virtualArrivals / profile.offeredSeconds(of: arrivals))
    }

    /// Runs the profile at one rate after the other until there is an answer.
    ///
    /// - Parameters:
    ///   - measure: runs a profile; `nil`: it was interrupted, which ends the search.
    ///   - tell: called after each run.
    public func run<Failure>(
        _ measure: (LoadProfile) async throws(Failure) -> RunResult?,
        tell: (SearchTrial) -> Void = { _ in }
    ) async throws(Failure) -> SearchFinding {
        let offered = profile.offeredRate(of: arrivals)
        var search = CapacitySearch(
            from: offered > 0 ? offered : Self.startWithoutRate,
            within: Self.lowest...max(Self.lowest, highest),
            precision: precision.fraction,
            tries: tries
        )
        var finding = SearchFinding()
        var heldRate = 0.0
        while let probe = search.next {
            guard let faster = profile.offering(probe.rate, of: arrivals, stretch: probe.isConfirmation ? stretch : 1)
            else { preconditionFailure("the profile was checked to have such arrivals") }
            guard let result = try await measure(faster) else {
                finding.isInterrupted = true
                break
            }
            let trial = SearchTrial(probe, result)
            finding.trials.append(trial)
            tell(trial)
            if trial.outcome == .holds {
                (finding.result, heldRate) = (result, probe.rate)
            } else if heldRate >= probe.rate {
                finding.result = nil
            }
            search.record(trial.outcome)
        }
        finding.answer = search.interim
        return finding
    }
}

/// One run of a search.
public struct SearchTrial: Sendable, Hashable, Encodable {
    /// Arrivals each second that were asked for.
    public var rate: Double
    /// Whether it was the longer run that confirms an answer.
    public var isConfirmation: Bool
    /// How it went.
    public var outcome: CapacitySearch.Outcome
    /// Whether its numbers can be trusted, and why not.
    public var verdict: Verdict
    /// Empty when the verdict is valid.
    public var verdictReason: String
    /// Whether its books were right.
    public var conserved: Bool
    /// Arrivals of all kinds that were settled, each second.
    public var achieved: Double
    /// The conditions and what was found.
    public var thresholds: [ThresholdResult]

    /// How `result` answers `probe`.
    init(_ probe: CapacitySearch.Probe, _ result: RunResult) {
        rate = probe.rate
        isConfirmation = probe.isConfirmation
        outcome = Self.outcome(of: result)
        verdict = result.verdict
        verdictReason = result.verdictReason
        conserved = result.audit.conserved
        achieved = result.overall.rates.achieved
        thresholds = result.thresholds
    }

    private static func outcome(of result: RunResult) -> CapacitySearch.Outcome {
        if result.passed { return .holds }
        if result.verdict == .generatorBound { return .unmeasurable }
        if result.thresholds.contains(where: { $0.isMeasured && !$0.passed }) { return .fails }
        // A latency that nobody had, as when all suspended accounts have paid, neither holds nor fails.
        return result.thresholds.allSatisfy(\.isMeasured) ? .fails : .unmeasurable
    }

    /// One line for a person.
    public var text: String {
        var words = [Display.rate(rate), outcome.rawValue + " "]
        if isConfirmation { words.insert("confirm", at: 0) }
        words.append(thresholds.map { "\($0.expression): \($0.observedText)" }.joined(separator: ", "))
        if verdict != .valid { words.append("(\(verdict.rawValue): \(verdictReason))") }
        if !conserved { words.append("(books not conserved)") }
        return words.joined(separator: " ")
    }
}

/// What came out for one profile: of a search, or of a single run.
public struct SearchFinding: Sendable {
    /// The values of what is varied, in the order of ``SearchReport/settings``.
    public var values: [String] = []
    /// Every run of a search, in order.
    public var trials: [SearchTrial] = []
    /// What the search found; `nil`: none was made.
    public var answer: CapacitySearch.Answer?
    /// Of the run that tells most: the highest that held, or the only one; `nil`: there is none.
    public var result: RunResult?
    /// Whether it was ended from outside.
    public var isInterrupted = false

    /// A finding of which nothing is known yet.
    public init() {}
}
