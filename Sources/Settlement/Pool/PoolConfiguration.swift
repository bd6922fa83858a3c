public import SettlementJournal
public import SettlementLedger

/// How a pool is built. Every value has a default that suits two cores.
public struct PoolConfiguration: Sendable {
    /// Billing shards, 1 to 1,024; fixed for the life of a journal directory.
    ///
    /// `nil`: as many as the directory was created with, whatever the machine has now; for a new one, and for a journal that
    /// is not in a directory, two a core, at least 4 and at most 64. An open pool's configuration says how many it has.
    public var shardCount: Int?
    /// Rules of the ledger.
    public var policy = LedgerPolicy()
    /// Commands a shard may hold at a time before it answers `overloaded`.
    public var admittedCommandsMax: Int = 65_536
    /// Bytes of commands a shard may hold at a time before it answers `overloaded`.
    public var admittedBytesMax: Int = 16 << 20
    /// Interactive single calls are collected into batches of at most this many.
    public var interactiveBatchMax: Int = 2_048
    /// Batches of single calls in flight per shard: one is applied while another is being synced.
    public var interactiveBatchesInFlight: Int = 2
    /// Bulk chunks in flight per shard: one is applied while another is being synced. An interactive call waits for
    /// about one of them.
    public var bulkChunksInFlight: Int = 2
    /// How long one bulk chunk may occupy its shard, in nanoseconds.
    public var bulkChunkNanoseconds: Int64 = 100_000
    /// Entries after which a shard is snapshotted by ``SettlementPool/run()``; 0: never by itself.
    public var snapshotEveryEntries: UInt64 = 4_000_000
    /// How often ``SettlementPool/run()`` looks, at least, for due snapshots, ended deferrals and expired funds, in
    /// nanoseconds. It wakes at the very end of those it knows; one that was granted in between, for less than this, ends
    /// when it looks next. The standing changes with the date of the end all the same.
    public var housekeepingNanoseconds: Int64 = 1_000_000_000

    /// Makes the model of a shard's service times, where time is virtual; `nil`: work takes what it takes.
    package var serviceModel: (@Sendable (_ shard: Int) -> any ServiceModel)?

    /// The defaults above.
    public init() {}

    /// Two a core: while one shard waits for its caller or the disk, another works.
    static var defaultShardCount: Int { min(64, max(4, 2 * Processors.online)) }
}

/// Takes one part of what a journal holds; what it throws ends the opening.
public typealias JournalRecovery = (RecoveredPart, RawSpan) throws -> Void
