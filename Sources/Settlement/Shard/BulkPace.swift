/// Sizes bulk chunks by time: how many items fit into the time a chunk may occupy its shard.
///
/// Measured, so that a slow machine keeps the interactive bound instead of the chunk size.
struct BulkPace: Sendable {
    private let targetNanoseconds: Int64
    /// Nanoseconds an item takes, a moving average.
    private var itemNanoseconds: Int64 = 500

    init(targetNanoseconds: Int64) {
        precondition(targetNanoseconds > 0, "a bulk chunk needs time to run")
        self.targetNanoseconds = targetNanoseconds
    }

    /// Items of the next chunk: 16 through 16,384.
    var chunkItems: Int { Int(min(16_384, max(16, targetNanoseconds / max(1, itemNanoseconds)))) }

    /// Learns from a finished chunk. A quarter of each new measurement counts; a preempted chunk counts at most 8-fold.
    mutating func record(items: Int, nanoseconds: Int64) {
        guard items > 0 else { return }
        let measured = min(max(1, nanoseconds / Int64(items)), 8 * itemNanoseconds)
        itemNanoseconds = max(1, (3 * itemNanoseconds + measured) / 4)
    }
}
