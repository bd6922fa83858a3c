public import Settlement
public import SettlementLedger

/// Virtual time: it stands still while anything is ready to run and then goes on to the next sleeper.
public struct SimulatedClock: SettlementClock {
    private let simulation: Simulation

    init(simulation: Simulation) { self.simulation = simulation }

    /// Nanoseconds of virtual time; a simulation begins at 1 s, so that 0 can mean *unknown*.
    public var monotonicNanoseconds: Int64 { simulation.now }

    /// Business time, which unlike the monotonic clock can jump (``Simulation/wallOffset``).
    public var wallTime: Timestamp { Timestamp(nanoseconds: simulation.now + simulation.wallOffset) }

    /// Suspends until the virtual clock shows `nanoseconds`; sleepers of one instant wake in an order drawn from the seed.
    public func sleep(untilMonotonic nanoseconds: Int64) async throws(CancellationError) {
        await simulation.suspend(until: nanoseconds)
        if Task.isCancelled { throw CancellationError() }
    }
}

/// A task that waits for its time.
final class Sleeper: @unchecked Sendable {
    /// `nil` when it was woken.
    var continuation: UnsafeContinuation<Void, Never>?
    /// Woken before it was parked.
    var isWoken = false

    func wake() {
        isWoken = true
        continuation?.resume()
        continuation = nil
    }
}
