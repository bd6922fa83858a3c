#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif
public import SettlementLedger

/// The machine's clocks. The only place in the library that reads them.
public struct SystemClock: SettlementClock {
    /// The clocks of this machine.
    public init() {}

    /// `CLOCK_MONOTONIC`.
    public var monotonicNanoseconds: Int64 { Self.read(CLOCK_MONOTONIC) }

    /// `CLOCK_REALTIME`.
    public var wallTime: Timestamp { Timestamp(nanoseconds: Self.read(CLOCK_REALTIME)) }

    /// Sleeps without tolerance; late by what the machine's timers are late.
    public func sleep(untilMonotonic nanoseconds: Int64) async throws(CancellationError) {
        let remaining = nanoseconds - monotonicNanoseconds
        do {
            try await ContinuousClock().sleep(for: .nanoseconds(max(0, remaining)), tolerance: .zero)
        } catch {
            throw CancellationError()
        }
    }

    private static func read(_ clock: clockid_t) -> Int64 {
        var time = timespec()
        let result = clock_gettime(clock, &time)
        precondition(result == 0, "this system has no clock \(clock)")
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}
