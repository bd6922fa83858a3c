/// The way a command takes through a shard: what a customer waits for overtakes what the calendar brings.
public enum Lane: String, Sendable, Hashable, CaseIterable, BitwiseCopyable {
    /// Recharges, manual write-offs, queries.
    case interactive
    /// Month end.
    case bulk
}
