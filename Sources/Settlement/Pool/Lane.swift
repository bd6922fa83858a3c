/// The way a command takes through a shard: what a customer waits for overtakes what the calendar brings.
public enum Lane: String, Sendable, Hashable, CaseIterable, BitwiseCopyable {
    /// Recharges, manual write-offs, queries.
    case interactive
    /// Month end.
    case bulk
}

extension Lane {
    /// Position in the order of declaration: for tables by lane. O(1).
    public var index: Int { self == .interactive ? 0 : 1 }
}
