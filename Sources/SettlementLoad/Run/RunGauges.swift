internal import Settlement

/// What a run can be asked at any moment beside its counters.
struct RunGauges: Sendable {
    /// Commands that wait in front of each shard.
    var queueDepths: @Sendable () -> [Int] = { [] }
    /// Names of the regions.
    var regions: [String] = []
    /// What each region has before it, in the order of ``regions``.
    var regionDepths: @Sendable () async -> [Int] = { [] }
    /// Starts without a known payment, since the beginning.
    var untimedStarts: @Sendable () async -> Int = { 0 }
    /// What the process has used so far; `nil`: it does not matter.
    var usage: @Sendable () -> ProcessUsage? = { .current() }
}
