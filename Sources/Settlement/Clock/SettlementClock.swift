public import SettlementLedger

/// All the time the actors know: injected, so that tests and simulations own it.
public protocol SettlementClock: Sendable {
    /// Nanoseconds of a clock that never goes back; its origin means nothing.
    var monotonicNanoseconds: Int64 { get }
    /// Business time, stamped into commands that carry none.
    var wallTime: Timestamp { get }
    /// Suspends until the monotonic clock shows at least `nanoseconds`.
    /// - Throws: `CancellationError` as soon as the task is cancelled.
    func sleep(untilMonotonic nanoseconds: Int64) async throws(CancellationError)
}

extension SettlementClock {
    /// Suspends for at least `nanoseconds`.
    public func sleep(nanoseconds: Int64) async throws(CancellationError) {
        try await sleep(untilMonotonic: monotonicNanoseconds + nanoseconds)
    }
}
