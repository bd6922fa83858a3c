public import Metrics

/// Reports every stage to swift-metrics as a timer `settlement.STAGE` in seconds, with the lane as dimension.
///
/// A batch that spent its time together is one recording: swift-metrics knows no weights.
public struct MetricsPathObserver: PathObserver {
    /// One timer a stage and lane, in the order of `allCases`, lanes innermost.
    private let timers: [Timer]

    /// - Parameter factory: Where the timers are made; by default the one that the process has bootstrapped.
    public init(factory: any MetricsFactory = MetricsSystem.factory) {
        timers = PathStage.allCases.flatMap { stage in
            Lane.allCases.map { lane in
                Timer(
                    label: "settlement.\(stage.rawValue)",
                    dimensions: [("lane", lane.rawValue)],
                    preferredDisplayUnit: .seconds,
                    factory: factory
                )
            }
        }
    }

    /// Records on the timer of the stage and lane.
    public func observe(_ stage: PathStage, nanoseconds: Int64, count: Int, lane: Lane) {
        timers[stage.index * Lane.allCases.count + lane.index].recordNanoseconds(nanoseconds)
    }
}
