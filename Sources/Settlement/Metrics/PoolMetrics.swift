internal import Metrics
internal import SettlementLedger

/// Counters of the pool under `settlement.`; the stages of the path have timers of their own.
struct PoolMetrics: Sendable {
    private let settled = Counter(label: "settlement.commands.settled")
    private let refused = Counter(label: "settlement.commands.refused")
    private let rejected = Counter(label: "settlement.commands.rejected")
    private let failed = Counter(label: "settlement.commands.failed")
    private let writeOffs = Counter(label: "settlement.write_offs")

    private let depths: [Gauge]

    init(shardCount: Int) {
        depths = (0..<shardCount).map { Gauge(label: "settlement.queue.depth", dimensions: [("shard", "\($0)")]) }
    }

    /// Commands held by each shard.
    func record(depths now: [Int]) {
        for (gauge, depth) in zip(depths, now) { gauge.record(depth) }
    }

    /// A batch: one update of each counter.
    func count(outcomes: [Outcome]) {
        var refusals = 0
        var bills = 0
        for outcome in outcomes {
            if outcome.refusal != nil { refusals += 1 }
            bills += Int(outcome.billsWrittenOff)
        }
        if outcomes.count > refusals { settled.increment(by: outcomes.count - refusals) }
        if refusals > 0 { refused.increment(by: refusals) }
        if bills > 0 { writeOffs.increment(by: bills) }
    }

    func count(error: SettlementError, commands: Int) {
        switch error.code {
        case .overloaded, .closed, .diskFull: rejected.increment(by: commands)
        default: failed.increment(by: commands)
        }
    }
}
