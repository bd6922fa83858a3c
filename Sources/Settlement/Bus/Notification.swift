public import SettlementLedger

/// A durable fact for compute: the standing of an account has changed.
///
/// `shard` and `sequence` identify it; a receiver that has seen the pair may drop it.
public struct Notification: Sendable, Hashable, BitwiseCopyable {
    /// The shard that decided, numbered from 0.
    public var shard: Int
    /// Position in the shard's journal: ascending, not dense.
    public var sequence: UInt64
    /// Whose standing has changed.
    public var account: AccountID
    /// The standing from this fact on.
    public var standing: Standing
    /// The regions in which the account is billed.
    public var regions: RegionSet
    /// Business time of the change.
    public var time: Timestamp
    /// When the fact was durable, in nanoseconds of the process's monotonic clock; 0: unknown.
    public var durableAtMonotonic: Int64
    /// When the command that caused it was due to arrive, on the same clock; 0: unknown.
    public var intendedAtMonotonic: Int64
    /// The lane of the command that caused it.
    public var lane: Lane

    /// A notification as its shard makes it once the fact is durable.
    public init(
        shard: Int,
        sequence: UInt64,
        account: AccountID,
        standing: Standing,
        regions: RegionSet,
        time: Timestamp,
        durableAtMonotonic: Int64 = 0,
        intendedAtMonotonic: Int64 = 0,
        lane: Lane = .interactive
    ) {
        self.shard = shard
        self.sequence = sequence
        self.account = account
        self.standing = standing
        self.regions = regions
        self.time = time
        self.durableAtMonotonic = durableAtMonotonic
        self.intendedAtMonotonic = intendedAtMonotonic
        self.lane = lane
    }
}
