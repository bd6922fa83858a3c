internal import Settlement

/// What `settle search` answers: a finding for every combination of settings, as text or JSON.
public struct SearchReport: Sendable {
    /// Name of the profile.
    public let profile: String
    /// Its seed.
    public let seed: UInt64
    /// What had to hold, in every run of a search.
    public let conditions: [String]
    /// Whose rate was searched; `nil`: none was.
    public let arrivals: String?
    /// Paths of what is varied.
    public let settings: [String]
    /// In the order in which they were made.
    public var findings: [SearchFinding] = []

    /// A report without findings.
    public init(_ profile: LoadProfile, arrivals: String?, settings: [String]) {
        self.profile = profile.name
        seed = profile.seed
        conditions = arrivals == nil ? [] : profile.serving.thresholds.map(\.expression)
        self.arrivals = arrivals
        self.settings = settings
    }

    /// The report for a person at a terminal: a sentence, or a row for each finding that is known.
    public var text: String {
        let notes = findings.flatMap(\.notes).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
        let answers = settings.isEmpty ? findings.compactMap { $0.answer.map { "\($0)" } } : []
        let lines = answers.isEmpty ? table.lines(indent: "") : answers
        return (lines + notes.map { "note: \($0)" }).joined(separator: "\n") + "\n"
    }

    private var table: TextTable {
        var table = TextTable(
            settings + (arrivals == nil ? [] : ["holds up to"])
                + ["achieved", "month end", "settle p99", "to start p50", "to start p99", "CPU", "verdict"],
            firstNumber: settings.count
        )
        for finding in findings where finding.answer != nil || finding.result != nil {
            table.add(finding.values + (arrivals == nil ? [] : [finding.heldText]) + finding.measured)
        }
        return table
    }
}

extension SearchFinding {
    /// What a reader of the numbers must know.
    fileprivate var notes: [String] { result?.notes ?? [] }

    fileprivate var heldText: String {
        switch answer {
        case .found(let rate, _), .allHold(let rate): Display.rate(rate)
        case .undecided(let rate?, _), .unmeasurable(let rate?, _): "≥ " + Display.rate(rate)
        default: "-"
        }
    }

    fileprivate var measured: [String] {
        let start = result?.overall.latency[.rechargeToStart]
        return [
            result.map { Display.rate($0.overall.rates.achieved) } ?? "-",
            result?.monthEnd.map { Display.rate($0.writeOffsPerSecond) } ?? "-",
            result?.overall.latency[.settle].map { Display.duration($0.p99) } ?? "-",
            start.map { Display.duration($0.p50) } ?? "-", start.map { Display.duration($0.p99) } ?? "-",
            result.map { Display.duration($0.series.cpuNanoseconds) } ?? "-", result?.verdict.rawValue ?? "-",
        ]
    }
}
