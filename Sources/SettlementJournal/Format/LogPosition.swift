/// A place between two groups of the log, and everything the next group depends on.
struct LogPosition: Hashable, Sendable {
    /// Segments are numbered densely from 1.
    var segment: UInt64
    /// Byte offset in the segment's file.
    var offset: Int
    var chain: Chain
    var epoch: UInt32
    /// The last sequence of every shard.
    var sequences: [UInt64]

    /// Whether this place lies in front of `other`.
    func isBefore(_ other: LogPosition) -> Bool {
        (segment, offset) < (other.segment, other.offset)
    }
}
