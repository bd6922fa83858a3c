/// Notifications of the past, read from the journal for a subscriber that fell behind.
public protocol NotificationHistory: Sendable {
    /// The durable notifications of a shard with a sequence above `sequence`, ascending, at most `limit`.
    ///
    /// - Throws: ``HistoryUnavailable`` when they cannot be read; the subscriber is then told to list everything.
    func notifications(
        shard: Int,
        after sequence: UInt64,
        limit: Int
    ) async throws(HistoryUnavailable) -> HistoryPage
}

/// A part of the past.
public enum HistoryPage: Sendable, Hashable {
    /// All notifications above the asked sequence up to and including `through`, which is at least the last one's.
    case page([Notification], through: UInt64)
    /// The journal no longer reaches back to the asked sequence.
    case gone
}

/// The past cannot be read: the shard is closed or its disk has failed.
public struct HistoryUnavailable: Error, Sendable, Hashable {
    /// What happened, for the log.
    public var reason: String
    /// An error with its reason.
    public init(reason: String) { self.reason = reason }
}

/// A past that is kept nowhere: a subscriber that falls behind is told to list everything.
package struct NoHistory: NotificationHistory {
    package init() {}

    package func notifications(
        shard: Int,
        after sequence: UInt64,
        limit: Int
    ) async throws(HistoryUnavailable) -> HistoryPage { .gone }
}
