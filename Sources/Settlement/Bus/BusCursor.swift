/// How far a subscriber has come: by shard, the sequence of the last notification it has taken or may skip.
public struct BusCursor: Sendable, Hashable {
    /// One sequence a shard; 0: nothing yet.
    public var sequences: [UInt64]

    /// A cursor behind the given sequence of each shard.
    public init(sequences: [UInt64]) { self.sequences = sequences }
}

/// A subscriber has taken what the journal does not hold: acknowledged facts were lost. The bus refuses to go on.
public struct HeadRegression: Error, Sendable, Hashable, CustomStringConvertible {
    /// The subscriber's name.
    public var subscriber: String
    /// The shard that has lost facts.
    public var shard: Int
    /// Where the subscriber is.
    public var cursor: UInt64
    /// Where the shard's journal ends.
    public var head: UInt64

    /// A refusal with its place.
    public init(subscriber: String, shard: Int, cursor: UInt64, head: UInt64) {
        self.subscriber = subscriber
        self.shard = shard
        self.cursor = cursor
        self.head = head
    }

    /// What was lost, where, and what to do.
    public var description: String {
        "subscriber \(subscriber) has taken notification \(cursor) of shard \(shard), whose journal ends at \(head): "
            + "the journal has lost facts or is an old copy; restore it, or subscribe anew without a cursor"
    }
}
