/// How a journal is kept.
public struct JournalConfiguration: Hashable, Sendable {
    /// When a group counts as durable.
    public enum Sync: String, Hashable, Sendable {
        /// After `fdatasync`: survives a power failure.
        case full
        /// After the write: survives the end of the process, **not** of the machine. For experiments only.
        case off
    }

    /// The journal's directory; created when absent. Must be on a local file system.
    public var directory: String
    /// Fixed when the journal is created; 1 to 1,024.
    public var shardCount: Int
    /// Size of a segment's file, written full of zeros before use. A multiple of 4,096.
    public var segmentBytes: Int
    /// The largest number of bytes one sync covers. Between 1,024 and a segment less its header.
    public var groupBytesMax: Int
    /// When a group counts as durable.
    public var sync: Sync
    /// Below this much free space new work is refused, so that what is under way can end.
    public var lowWaterBytes: Int
    /// At most this long after a group the anchor is written, which bounds what could be lost unnoticed. In nanoseconds.
    public var anchorIntervalNanoseconds: Int64
    /// Threads on which shards are recovered side by side, at most one for a shard; `nil`: as many as there are cores.
    public var recoveryThreads: Int?
    /// Drawn at random when a journal is created, to tell its files from another's. Ignored for one that exists.
    public var newIdentity: UInt64

    /// The numbers of shards a journal can have.
    public static let shardCounts = 1...1024
    /// The largest section of a snapshot, in bytes.
    public static let snapshotSectionBytesMax = 64 << 20

    /// A configuration with the defaults of a server.
    ///
    /// - Parameter groupBytesMax: `nil`: 4 MiB, or a quarter of a segment if that is less.
    public init(
        directory: String,
        shardCount: Int = 4,
        segmentBytes: Int = 64 << 20,
        groupBytesMax: Int? = nil,
        sync: Sync = .full,
        lowWaterBytes: Int = 128 << 20,
        anchorIntervalNanoseconds: Int64 = 500_000_000,
        recoveryThreads: Int? = nil,
        newIdentity: UInt64 = .random(in: 1...UInt64.max)
    ) {
        self.directory = directory
        self.shardCount = shardCount
        self.segmentBytes = segmentBytes
        self.groupBytesMax = groupBytesMax ?? min(4 << 20, segmentBytes / 4)
        self.sync = sync
        self.lowWaterBytes = lowWaterBytes
        self.anchorIntervalNanoseconds = anchorIntervalNanoseconds
        self.recoveryThreads = recoveryThreads
        self.newIdentity = newIdentity
    }

    /// The largest stage a group can hold beside its frame header and its commit frame.
    var stageBytesMax: Int {
        (groupBytesMax - 2 * FrameHeader.byteCount) / Cell.byteCount * Cell.byteCount
    }

    func validate() throws(JournalOpenError) {
        func require(_ holds: Bool, _ problem: String, _ expected: String) throws(JournalOpenError) {
            guard !holds else { return }
            throw JournalOpenError(.badConfiguration, problem, remedy: "Expected \(expected); change the setting.")
        }
        try require(Self.shardCounts.contains(shardCount), "\(shardCount) shards", "1 to 1,024 shards")
        try require(groupBytesMax >= 1024, "groups of \(groupBytesMax) bytes", "groupBytesMax of 1,024 or more")
        let room = segmentBytes - SegmentHeader.byteCount(shardCount: shardCount)
        try require(
            segmentBytes % 4096 == 0 && segmentBytes <= 1 << 30 && groupBytesMax <= room,
            "segments of \(segmentBytes) bytes for groups of \(groupBytesMax)",
            "a multiple of 4,096 up to 1 GiB with room for the largest group"
        )
        try require(lowWaterBytes >= 0, "lowWaterBytes \(lowWaterBytes)", "0 or more")
        try require(recoveryThreads ?? 1 > 0, "recoveryThreads \(recoveryThreads ?? 0)", "1 or more, or nil")
        try require(
            anchorIntervalNanoseconds > 0,
            "anchorIntervalNanoseconds \(anchorIntervalNanoseconds)",
            "more than 0"
        )
    }
}
