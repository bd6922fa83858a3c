/// Looks for the highest rate at which something still holds: doubles, bisects, confirms on a longer run.
///
/// A value that says what to try next and is told how it went; it runs nothing itself.
public struct CapacitySearch: Sendable, Hashable {
    /// What to try.
    public struct Probe: Sendable, Hashable {
        /// Arrivals each second.
        public var rate: Double
        /// Whether it confirms an answer on a longer run.
        public var isConfirmation: Bool
    }

    /// How a probe went.
    public enum Outcome: String, Sendable, Hashable {
        /// The condition was met.
        case holds
        /// The condition was not met.
        case fails
        /// The run says nothing of the pool: the load generator could not keep up, or there was nothing to measure.
        case unmeasurable
    }

    /// What came out.
    public enum Answer: Sendable, Hashable {
        /// It holds at `rate`, confirmed, and does not at `failed`, its neighbour.
        case found(rate: Double, failed: Double)
        /// It does not hold even at this rate, the lowest tried.
        case noneHolds(lowest: Double)
        /// It still holds at this rate, the highest tried, confirmed.
        case allHold(highest: Double)
        /// The tries were used up between these two rates; `nil`: none of that kind was seen.
        case undecided(holds: Double?, failed: Double?)
        /// It holds at `holds` and could not be measured at `at`, its neighbour; `nil`: it could nowhere be measured.
        case unmeasurable(holds: Double?, at: Double)
    }

    /// What is tried next; `nil` when there is an answer.
    public private(set) var next: Probe?
    /// The answer; `nil` while there is something to try.
    public private(set) var answer: Answer?

    private let range: ClosedRange<Double>
    /// The answer and its neighbour are no further apart than this factor.
    private let precision: Double
    private var triesLeft: Int
    private var highestHeld: Double?
    private var lowestFailed: Double?
    /// Whether ``lowestFailed`` did not fail but could not be measured.
    private var isUnmeasurable = false
    /// Whether ``highestHeld`` held on a long run.
    private var isConfirmed = false
    /// Once a short run has promised what a long one did not keep, only long ones are believed.
    private var needsLongRuns = false

    /// A search that begins at `start`.
    ///
    /// - Parameters:
    ///   - range: the rates between which it stays.
    ///   - precision: how far apart the answer and its failed neighbour may be, as a part of the answer; more than 0.
    ///   - tries: most probes.
    public init(from start: Double, within range: ClosedRange<Double>, precision: Double, tries: Int) {
        precondition(range.lowerBound > 0 && precision > 0 && tries > 0, "rates and precision are more than 0")
        self.range = range
        self.precision = 1 + precision
        triesLeft = tries
        next = Probe(rate: min(max(start, range.lowerBound), range.upperBound), isConfirmation: false)
    }

    /// Tells how the probe ``next`` went.
    ///
    /// - Precondition: there is a next probe.
    public mutating func record(_ outcome: Outcome) {
        guard let probe = next else { preconditionFailure("the search has its answer") }
        triesLeft -= 1
        if outcome == .holds {
            highestHeld = probe.rate
            isConfirmed = probe.isConfirmation
        } else {
            lowestFailed = probe.rate
            isUnmeasurable = outcome == .unmeasurable
            if probe.isConfirmation { needsLongRuns = true }
            if let held = highestHeld, held >= probe.rate { highestHeld = nil }
        }
        step()
    }

    /// What is known so far, for a search that is ended early.
    public var interim: Answer { answer ?? .undecided(holds: highestHeld, failed: lowestFailed) }

    private mutating func step() {
        switch (highestHeld, lowestFailed) {
        case (let held?, nil):
            guard held >= range.upperBound else { return probe(min(held * 2, range.upperBound)) }
            if isConfirmed { finish(.allHold(highest: held)) } else { probe(held, isConfirmation: true) }
        case (nil, let failed?):
            if failed <= range.lowerBound {
                return finish(isUnmeasurable ? .unmeasurable(holds: nil, at: failed) : .noneHolds(lowest: failed))
            }
            probe(max(failed / 2, range.lowerBound))
        case (let held?, let failed?):
            if failed / held <= precision {
                guard isConfirmed else { return probe(held, isConfirmation: true) }
                return finish(
                    isUnmeasurable ? .unmeasurable(holds: held, at: failed) : .found(rate: held, failed: failed)
                )
            }
            probe((held * failed).squareRoot())
        case (nil, nil): preconditionFailure("a probe held or failed")
        }
    }

    private mutating func probe(_ rate: Double, isConfirmation: Bool = false) {
        guard triesLeft > 0 else { return finish(.undecided(holds: highestHeld, failed: lowestFailed)) }
        next = Probe(rate: rate, isConfirmation: isConfirmation || needsLongRuns)
    }

    private mutating func finish(_ answer: Answer) {
        next = nil
        self.answer = answer
    }
}

extension CapacitySearch.Answer: CustomStringConvertible {
    /// One sentence.
    public var description: String {
        switch self {
        case .found(let rate, let failed):
            "holds at \(Display.rate(rate)), confirmed on a longer run; fails at \(Display.rate(failed))"
        case .noneHolds(let lowest): "does not hold even at \(Display.rate(lowest))"
        case .allHold(let highest):
            "still holds at \(Display.rate(highest)), the highest rate tried, confirmed on a longer run"
        case .undecided(let holds, let failed):
            "undecided: holds at \(holds.map(Display.rate) ?? "no rate tried"), "
                + "fails at \(failed.map(Display.rate) ?? "no rate tried")"
        case .unmeasurable(let holds, let limit):
            "holds at \(holds.map(Display.rate) ?? "no rate tried"); cannot be measured at \(Display.rate(limit))"
        }
    }
}
