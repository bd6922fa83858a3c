internal import SettlementLedger

/// One subscriber as the bus sees it: a bounded buffer of live notifications, and by shard how far it has come.
///
/// Each shard is either live (what is published goes to the buffer) or lagging (read from history until the head is
/// reached). A lagging shard has nothing in the buffer, so order within a shard cannot break.
struct SubscriberState {
    /// What the reader shall do.
    enum Step: Equatable {
        case deliver(Delivery)
        case readHistory(shard: Int, after: UInt64)
        case wait
    }

    private enum Mode { case live, lagging, gone }

    private struct Position {
        /// Last sequence handed to the reader, or passed over because it concerns other regions.
        var taken: UInt64
        /// Last sequence that is in the buffer or passed over; never below `taken`.
        var offered: UInt64
        var mode: Mode
    }

    let regions: RegionSet
    let bufferLimit: Int
    private(set) var acknowledged: BusCursor
    private var positions: [Position]
    private var buffer: [Notification] = []
    /// Whether history is served before the buffer: they take turns, so neither starves.
    private var isHistoryNext = true

    /// - Parameters:
    ///   - cursor: Where to go on, not beyond `heads`.
    ///   - heads: By shard, the last sequence that was published.
    init(regions: RegionSet, bufferLimit: Int, cursor: BusCursor, heads: [UInt64]) {
        precondition(bufferLimit > 0, "a subscriber needs room for one notification")
        precondition(cursor.sequences.count == heads.count, "the cursor is of another number of shards")
        self.regions = regions
        self.bufferLimit = bufferLimit
        self.acknowledged = cursor
        self.positions = zip(cursor.sequences, heads).map { taken, head in
            precondition(taken <= head, "the cursor is beyond the head")
            return Position(taken: taken, offered: taken, mode: taken < head ? .lagging : .live)
        }
    }

    var bufferedCount: Int { buffer.count }
    var laggingShards: [Int] { positions.indices.filter { positions[$0].mode != .live } }
    private var cursor: BusCursor { BusCursor(sequences: positions.map(\.taken)) }

    /// Takes a published batch of one shard, ascending, whose predecessor has sequence `previous`.
    /// O(batch). Returns whether a waiting reader has to look.
    mutating func offer(_ batch: [Notification], shard: Int, after previous: UInt64) -> Bool {
        guard positions[shard].mode == .live else { return false }
        guard previous <= positions[shard].offered else {
            positions[shard].mode = .lagging
            dropBuffer()
            return true
        }
        let wasEmpty = buffer.isEmpty
        for notification in batch where notification.sequence > positions[shard].offered {
            positions[shard].offered = notification.sequence
            if notification.regions.isDisjoint(with: regions) { continue }
            guard buffer.count < bufferLimit else {
                dropBuffer()
                return true
            }
            buffer.append(notification)
        }
        if buffer.isEmpty { positions[shard].taken = positions[shard].offered }
        return wasEmpty && !buffer.isEmpty
    }

    /// What a reader gets now, at most `limit` notifications.
    mutating func take(limit: Int) -> Step {
        precondition(limit > 0, "a reader must take at least one notification")
        let gone = positions.indices.filter { positions[$0].mode == .gone }
        if !gone.isEmpty {
            for shard in gone { positions[shard].mode = .live }
            return .deliver(.resync(shards: gone, cursor: cursor))
        }
        let lagging = positions.firstIndex { $0.mode == .lagging }
        if let lagging, isHistoryNext || buffer.isEmpty {
            isHistoryNext = false
            return .readHistory(shard: lagging, after: positions[lagging].taken)
        }
        isHistoryNext = true
        guard !buffer.isEmpty else { return .wait }
        return .deliver(.notifications(drain(limit: limit), cursor: cursor))
    }

    /// Takes what history answered to ``Step/readHistory(shard:after:)``; `head` is the last published sequence now.
    /// Returns what the reader gets; empty: it has to look again.
    mutating func take(_ page: HistoryPage, shard: Int, head: UInt64) -> Delivery? {
        precondition(positions[shard].mode == .lagging, "history was read for a shard that does not lag")
        // A page that brings nothing although more was published would be asked for again for ever.
        guard case .page(let notifications, let through) = page, through > positions[shard].taken else {
            positions[shard] = Position(taken: head, offered: head, mode: .gone)
            return nil
        }
        positions[shard] = Position(taken: through, offered: through, mode: through < head ? .lagging : .live)
        let concerned = notifications.filter { !$0.regions.isDisjoint(with: regions) }
        return concerned.isEmpty ? nil : .notifications(concerned, cursor: cursor)
    }

    /// The reader is done with everything up to `cursor`; an older cursor changes nothing.
    mutating func acknowledge(_ cursor: BusCursor) {
        precondition(cursor.sequences.count == positions.count, "the cursor is of another number of shards")
        for (shard, sequence) in cursor.sequences.enumerated() {
            precondition(sequence <= positions[shard].taken, "acknowledged a notification that was not delivered")
            acknowledged.sequences[shard] = max(acknowledged.sequences[shard], sequence)
        }
    }

    /// Everything undelivered will come from history instead.
    private mutating func dropBuffer() {
        buffer = []
        for shard in positions.indices where positions[shard].taken < positions[shard].offered {
            positions[shard].offered = positions[shard].taken
            positions[shard].mode = .lagging
        }
    }

    private mutating func drain(limit: Int) -> [Notification] {
        if buffer.count > limit {
            let delivered = Array(buffer.prefix(limit))
            buffer.removeFirst(limit)
            for notification in delivered { positions[notification.shard].taken = notification.sequence }
            return delivered
        }
        let delivered = buffer
        buffer = []
        buffer.reserveCapacity(delivered.count)
        for shard in positions.indices where positions[shard].mode == .live {
            positions[shard].taken = positions[shard].offered
        }
        return delivered
    }
}
