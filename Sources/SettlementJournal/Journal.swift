/// The durable, ordered record of every shard of a node.
///
/// A shard numbers its 64-byte cells densely from 1. It *stages* cells, which is cheap and synchronous, and learns later
/// that they are *durable*; only then may it tell anybody. Nothing here knows what a cell means.
///
/// Stages of one shard come from one caller at a time; different shards may stage at once.
public protocol Journal: AnyObject, Sendable {
    /// Copies cells into the group being filled, behind everything staged before.
    ///
    /// A stage is whole or absent after a crash. O(bytes); never waits for the disk.
    /// - Parameters:
    ///   - cells: whole cells of 64 bytes, the first byte of each not zero, at least one (preconditions).
    ///   - shard: 0 up to the number of shards (precondition).
    ///   - sequence: the shard's last sequence staged before (precondition: two writers must not share a shard).
    /// - Throws: `stageTooLarge`, `closed`, or the failure that ended the journal; then nothing was staged.
    func stage(_ cells: RawSpan, shard: Int, after sequence: UInt64) throws(JournalFailure) -> JournalTicket

    /// Suspends until the ticket's group is durable; returns at once when it already is.
    ///
    /// When it returns, every earlier ticket is durable too. Cancellation does not end the wait: a group under way cannot
    /// be recalled.
    /// - Throws: `unknownOutcome` when the journal failed before it knew. Only opening it again decides.
    func durable(_ ticket: JournalTicket) async throws(JournalFailure)

    /// Whether the ticket's group is durable. O(1), without a lock.
    func isDurable(_ ticket: JournalTicket) -> Bool

    /// The shard's last sequence known to be durable.
    func durableSequence(shard: Int) -> UInt64

    /// The shard's last sequence staged, which is where ``stage(_:shard:after:)`` goes on.
    func stagedSequence(shard: Int) -> UInt64

    /// Bytes staged and not yet durable: what admission bounds.
    var stagedBytes: Int { get }

    /// The largest number of bytes one stage may have.
    var stageBytesMax: Int { get }

    /// Asked before work is decided, so that nothing is decided that could not be kept.
    /// - Throws: `diskFull` below the low-water mark (until space returns), `closed`, or the failure that ended the journal.
    func checkAdmission() throws(JournalFailure)

    /// Durable cells of one shard after a sequence, for subscribers that lag. Read away from the caller's thread.
    /// - Parameter maxBytes: at least one cell is returned if there is one, whatever this says.
    /// - Throws: `unreadable`, `damaged` or `closed`.
    func read(shard: Int, after sequence: UInt64, maxBytes: Int) async throws(JournalFailure) -> JournalSlice

    /// Starts the shard's next snapshot, whose sections capture states at `sequence` or later.
    ///
    /// Recovery delivers the sections and then every cell after `sequence`.
    /// - Throws: `snapshotInProgress`, `closed`, or the failure that ended the journal.
    func beginSnapshot(shard: Int, at sequence: UInt64) throws(JournalFailure) -> any SnapshotWriter

    /// Refuses new stages, makes everything staged durable, marks the journal as closed in order. Closing twice is harmless.
    /// - Throws: the failure that ended the journal.
    func close() async throws(JournalFailure)
}

/// A claim on the group that holds a stage.
public struct JournalTicket: Hashable, Comparable, Sendable {
    package let group: UInt64

    /// For journals of this package.
    package init(group: UInt64) { self.group = group }

    /// Whether the left ticket's group is durable no later than the right one's.
    public static func < (left: JournalTicket, right: JournalTicket) -> Bool { left.group < right.group }
}

/// What ``Journal/read(shard:after:maxBytes:)`` found.
public enum JournalSlice: Hashable, Sendable {
    /// Whole cells in order, the first with this sequence; empty when nothing later is durable.
    case cells([UInt8], firstSequence: UInt64)
    /// The cells were removed behind two snapshots; `oldest` is the first sequence still there.
    case gone(oldest: UInt64)
}

/// Writes one snapshot of one shard. A writer that is dropped before `finish` leaves the older snapshots as they were.
public protocol SnapshotWriter: AnyObject, Sendable {
    /// Appends a section; sections come back in order and whole.
    /// - Parameter section: 1 byte up to ``JournalConfiguration/snapshotSectionBytesMax`` (precondition).
    /// - Throws: `snapshotFailed`; the older snapshots stay valid and the journal goes on.
    func append(section: [UInt8]) async throws(JournalFailure)

    /// Waits until everything staged by the shard is durable, seals and verifies the snapshot, puts it in place of the
    /// older of the shard's two, and removes segments that no shard's older snapshot needs.
    /// - Throws: `snapshotFailed`; the older snapshots stay valid and the journal goes on.
    func finish() async throws(JournalFailure)
}
