public import SettlementJournal

/// A journal's work without threads: each piece is an event of its node, after a latency drawn from the seed.
public final class SimulatedWorkers: JournalWorkers {
    private let simulation: Simulation
    private let node: SimulatedNode
    private let latency: ClosedRange<Int64>
    private let lanes = Lanes()

    /// Confined to the simulation's thread.
    private final class Lanes: @unchecked Sendable {
        /// By lane, when its last piece of work without a delay begins.
        var busyUntil = [Int64](repeating: 0, count: JournalLane.allCases.count)
    }

    /// Workers of one node.
    /// - Parameter latency: How long a piece of work without a delay takes, in nanoseconds: chiefly a sync.
    public init(on node: SimulatedNode, of simulation: Simulation, latency: ClosedRange<Int64> = 100_000...2_000_000) {
        self.simulation = simulation
        self.node = node
        self.latency = latency
    }

    /// Makes `work` an event of the node.
    public func perform(_ lane: JournalLane, afterNanoseconds delay: Int64, _ work: @escaping @Sendable () -> Void) {
        guard delay <= 0 else { return simulation.schedule(on: node, at: simulation.now + delay, work) }
        let begin = max(simulation.now, lanes.busyUntil[lane.rawValue])
        let duration = max(
            1,
            latency.lowerBound + simulation.random(below: latency.upperBound - latency.lowerBound + 1)
        )
        lanes.busyUntil[lane.rawValue] = begin + duration
        simulation.schedule(on: node, at: begin + duration, work)
    }
}
