internal import Settlement
internal import Synchronization

/// The machine's monotonic clock, and business time that stands still until it is set.
final class SteppedClock: SettlementClock {
    private let system = SystemClock()
    private let wall: Atomic<Int64>

    init(_ time: Timestamp) { wall = Atomic(time.rawValue) }

    var monotonicNanoseconds: Int64 { system.monotonicNanoseconds }
    var wallTime: Timestamp { Timestamp(rawValue: wall.load(ordering: .relaxed)) }

    func set(_ time: Timestamp) { wall.store(time.rawValue, ordering: .relaxed) }

    func sleep(untilMonotonic nanoseconds: Int64) async throws(CancellationError) {
        try await system.sleep(untilMonotonic: nanoseconds)
    }
}
