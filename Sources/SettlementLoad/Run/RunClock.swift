internal import Settlement
internal import Synchronization

/// The nanoseconds of another clock, and the business time that the profile's month is about.
///
/// Business time goes on with that clock from wherever it was set, so that a month can end when a stage begins.
final class RunClock: SettlementClock {
    private let base: any SettlementClock
    /// Business time minus monotonic time, in nanoseconds.
    private let offset: Atomic<Int64>

    init(startingAt time: Timestamp, on base: any SettlementClock) {
        self.base = base
        offset = Atomic(time.rawValue - base.monotonicNanoseconds)
    }

    var monotonicNanoseconds: Int64 { base.monotonicNanoseconds }

    var wallTime: Timestamp { Timestamp(nanoseconds: monotonicNanoseconds + offset.load(ordering: .relaxed)) }

    func sleep(untilMonotonic nanoseconds: Int64) async throws(CancellationError) {
        try await base.sleep(untilMonotonic: nanoseconds)
    }

    /// Moves business time forward to `time`; it never goes back.
    func advance(to time: Timestamp) {
        let wanted = time.rawValue - monotonicNanoseconds
        if wanted > offset.load(ordering: .relaxed) { offset.store(wanted, ordering: .relaxed) }
    }
}
