/// What a journal's directory holds, as values.
public struct JournalReport: Hashable, Sendable {
    /// One segment of the log.
    public struct Segment: Hashable, Sendable {
        /// File name.
        public var file: String
        /// Segments are numbered densely from 1.
        public var number: UInt64
        /// Size of the file.
        public var bytes: Int
        /// Bytes up to the end of the last intact group.
        public var usedBytes: Int
        /// Groups, each covered by one sync.
        public var groups: Int
        /// Frames that hold cells.
        public var frames: Int
        /// Cells of all shards.
        public var cells: Int
        /// The epoch at the segment's start and end; it grows by one with every opening.
        public var epochs: ClosedRange<UInt32>
        /// Per shard its last sequence before this segment.
        public var startSequences: [UInt64]
        /// Per shard its last sequence at the end of the last intact group.
        public var endSequences: [UInt64]
    }

    /// One intact snapshot.
    public struct Snapshot: Hashable, Sendable {
        /// File name.
        public var file: String
        /// The shard it is of.
        public var shard: Int
        /// Cells after this sequence are replayed on top.
        public var beganAt: UInt64
        /// No section holds anything later than this sequence.
        public var endedAt: UInt64
        /// Number of sections.
        public var sections: Int
        /// Size of the file.
        public var bytes: Int
    }

    /// What the anchor says.
    public struct Anchor: Hashable, Sendable {
        /// The segment in which the log was known to end.
        public var segment: UInt64
        /// The offset in it.
        public var offset: Int
        /// Per shard the last sequence known then.
        public var sequences: [UInt64]
        /// Whether the journal was closed in order.
        public var isClean: Bool
    }

    /// Tells the journal's files from another's.
    public var identity: UInt64
    /// Fixed when the journal was created.
    public var shardCount: Int
    /// Ascending by number.
    public var segments: [Segment]
    /// By shard, then slot.
    public var snapshots: [Snapshot]
    /// What the anchor says.
    public var anchor: Anchor
    /// What is not as it should be, the reason why it does not open last.
    public var findings: [JournalFinding]

    /// Whether a service could open it.
    public var opens: Bool { !findings.contains { $0.severity == .refusal } }
    /// Per shard the last sequence in the log.
    public var sequences: [UInt64] { segments.last?.endSequences ?? [UInt64](repeating: 0, count: shardCount) }

    /// Per shard the last sequence up to which the log is intact without a gap.
    public var intactSequences: [UInt64] {
        guard var intact = segments.first?.endSequences else { return [UInt64](repeating: 0, count: shardCount) }
        for (segment, next) in zip(segments, segments.dropFirst()) {
            guard next.number == segment.number + 1, next.startSequences == segment.endSequences else { break }
            intact = next.endSequences
        }
        return intact
    }

    /// Per shard the last sequence that is known to have been there: of the log, a snapshot or the anchor.
    public var knownSequences: [UInt64] {
        (0..<shardCount).map { shard in
            let taken = snapshots.filter { $0.shard == shard }.map(\.endedAt)
            return ([anchor.sequences[shard]] + segments.map { $0.endSequences[shard] } + taken).max() ?? 0
        }
    }
}

/// One frame of the log.
public struct JournalFrame: Hashable, Sendable {
    /// The segment's file name.
    public var file: String
    /// Where the frame's header begins.
    public var offset: Int
    /// The shard of its cells.
    public var shard: Int
    /// The opening of the journal in which it was written.
    public var epoch: UInt32
    /// The sequence of its first cell.
    public var firstSequence: UInt64
    /// Its number of cells.
    public var cells: Int
}
