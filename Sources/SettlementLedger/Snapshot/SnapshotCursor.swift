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
    /// Where the part ends, fixed when it begins: what comes later comes from replay, so a busy ledger cannot outrun it.
    var end: Int?
    /// When the keys part began.
    var keySequence: UInt64 = 0

    /// A snapshot that has not begun.
    public init() {}

    /// Whether the section captured last was the last one.
    public var isComplete: Bool { part == nil }

    /// The next piece of the part that now covers `available`.
    mutating func piece(of available: Range<Int>, atMost count: Int) -> Range<Int> {
        let end = self.end ?? available.upperBound
        self.end = end
        let start = max(position, available.lowerBound)
        return start..<max(start, min(start + count, end))
    }

    /// Goes on behind a piece, or to the next part at the end of this one.
    mutating func advance(behind piece: Range<Int>, then next: Part) {
        position = piece.upperBound
        guard let end, position >= end else { return }
        part = next
        position = 0
        self.end = nil
    }
}
