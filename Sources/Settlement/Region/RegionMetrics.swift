internal import Metrics
internal import SettlementLedger

/// A region's backlog as gauges and its troubles as counters, with the region as dimension.
struct RegionMetrics {
    private let dirtyKeys: Gauge
    private let deadLetters: Gauge
    private let waitingStarts: Gauge
    private let waitingCriticalStarts: Gauge
    private let waitingStops: Gauge
    /// By raw value of the state.
    private let instances: [Gauge]
    private let throttledCalls: Counter
    private let failedCalls: Counter
    private let untimedStarts: Counter

    init(region: RegionID) {
        let dimensions = [("region", String(region.rawValue))]
        dirtyKeys = Gauge(label: "settlement.region.dirty_keys", dimensions: dimensions)
        deadLetters = Gauge(label: "settlement.region.dead_letters", dimensions: dimensions)
        waitingStarts = Gauge(label: "settlement.region.waiting_starts", dimensions: dimensions)
        waitingCriticalStarts = Gauge(label: "settlement.region.waiting_critical_starts", dimensions: dimensions)
        waitingStops = Gauge(label: "settlement.region.waiting_stops", dimensions: dimensions)
        instances = InstanceState.allCases.map {
            Gauge(label: "settlement.region.instances", dimensions: dimensions + [("state", "\($0)")])
        }
        throttledCalls = Counter(label: "settlement.region.throttled_calls", dimensions: dimensions)
        failedCalls = Counter(label: "settlement.region.failed_calls", dimensions: dimensions)
        untimedStarts = Counter(label: "settlement.region.untimed_starts", dimensions: dimensions)
    }

    func record(_ backlog: RegionBacklog) {
        dirtyKeys.record(backlog.dirtyKeys)
        deadLetters.record(backlog.deadLetters)
        waitingStarts.record(backlog.starts)
        waitingCriticalStarts.record(backlog.criticalStarts)
        waitingStops.record(backlog.stops)
        for (gauge, count) in zip(instances, backlog.instances) { gauge.record(count) }
    }

    func count(_ error: DriverError) {
        if error == .throttled { throttledCalls.increment() } else { failedCalls.increment() }
    }

    func countUntimedStart() { untimedStarts.increment() }
}
