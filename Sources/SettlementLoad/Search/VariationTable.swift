internal import Settlement

/// Throughput and latency for each value that was tried.
public struct VariationTable: Sendable {
    private var table: TextTable
    private let hasCapacity: Bool

    /// - Parameters:
    ///   - settings: the names of what varies.
    ///   - hasCapacity: whether a capacity was searched for each value.
    public init(_ settings: [String], hasCapacity: Bool) {
        self.hasCapacity = hasCapacity
        table = TextTable(
            settings + (hasCapacity ? ["holds up to"] : [])
                + ["achieved", "month end", "settle p99", "to start p50", "to start p99", "CPU", "verdict"],
            firstNumber: settings.count
        )
    }

    /// Adds a line; `result` is that of the run which tells most, `nil` when none held.
    public mutating func add(_ values: [String], answer: CapacitySearch.Answer?, result: RunResult?) {
        let start = result?.overall.latency[.rechargeToStart]
        let held: String =
            switch answer {
            case .found(let rate, _), .allHold(let rate): Display.rate(rate)
            case .undecided(let rate?, _), .generatorBound(let rate?, _): "≥ " + Display.rate(rate)
            default: "-"
            }
        table.add(
            values + (hasCapacity ? [held] : [])
                + [
                    result.map { Display.rate($0.overall.rates.achieved) } ?? "-",
                    result?.monthEnd.map { Display.rate($0.writeOffsPerSecond) } ?? "-",
                    result?.overall.latency[.settle].map { Display.duration($0.p99) } ?? "-",
                    start.map { Display.duration($0.p50) } ?? "-", start.map { Display.duration($0.p99) } ?? "-",
                    result.map { Display.duration($0.series.cpuNanoseconds) } ?? "-", result?.verdict.rawValue ?? "-",
                ]
        )
    }

    /// The table for a terminal.
    public var text: String { table.lines(indent: "").joined(separator: "\n") + "\n" }
}
