/// How far a snapshot has come. Between two sections the ledger may go on working.
public struct SnapshotCursor: Sendable, Hashable {
    enum Part: UInt8, Sendable {
        case accounts = 1
        case names = 2
        case keys = 3
        /// Books, checkpoints and counts: always the last section.
        case books = 4
    }

    var part: Part? = .accounts
    /// Slot, name or ordinal of a key at which the next section starts.
    var position = 0

    /// A snapshot that has not begun.
    public init() {}

    /// Whether the section captured last was the last one.
    public var isComplete: Bool { part == nil }

    /// Goes on in the same part, or to the next one at its end.
    mutating func advance(to end: Int, of count: Int, then next: Part) {
        if end < count {
            position = end
        } else {
            part = next
            position = 0
        }
    }
}
