public import SettlementLedger

/// Hands durable facts to every subscriber: at least once, in order within a shard.
///
/// A publisher never waits for a subscriber. One that does not keep up loses its buffer, is caught up from history at
/// its own pace, and joins live delivery again without gap or reordering.
public actor NotificationBus {
    private struct Subscriber {
        let id: UInt64
        let name: String
        let regions: RegionSet
        let bufferLimit: Int
        let signal: WakeSignal
        /// Where to go on; `nil`: at the head.
        let start: BusCursor?
        /// `nil` until the bus is open.
        var state: SubscriberState?
    }

    private struct Source {
        /// By shard, the last sequence that was published.
        var heads: [UInt64]
        let history: any NotificationHistory
    }

    /// `nil` until the shards have recovered.
    private var source: Source?
    /// In the order in which they came.
    private var subscribers: [Subscriber] = []
    private var lastID: UInt64 = 0

    /// A bus that is not open yet: it takes subscribers, and notifications after ``open(heads:history:)``.
    public init() {}

    /// A bus over shards that have recovered already.
    ///
    /// - Parameters:
    ///   - heads: By shard, where its journal ends.
    ///   - history: The past, for subscribers that are behind.
    public init(heads: [UInt64], history: any NotificationHistory) {
        source = Source(heads: heads, history: history)
    }

    /// Number of shards whose facts are delivered; `nil`: the bus is not open.
    public var shardCount: Int? { source?.heads.count }

    /// Opens the bus when the shards have recovered.
    ///
    /// - Parameters:
    ///   - heads: By shard, where its journal ends.
    ///   - history: The past, for subscribers that are behind.
    /// - Throws: ``HeadRegression`` when a subscriber has taken more than the journal holds.
    public func open(heads: [UInt64], history: any NotificationHistory) throws(HeadRegression) {
        precondition(source == nil, "the bus is open already")
        for subscriber in subscribers { try Self.check(subscriber.start, of: subscriber.name, against: heads) }
        source = Source(heads: heads, history: history)
        for index in subscribers.indices {
            subscribers[index].state = Self.state(of: subscribers[index], heads: heads)
            subscribers[index].signal.set()
        }
    }

    /// Hands durable notifications of one shard to all subscribers. O(batch × subscribers).
    ///
    /// - Parameters:
    ///   - batch: Of one shard, sequences ascending. What was published before is passed over.
    ///   - previous: The sequence of the shard's notification before this batch, or the head given to
    ///     ``open(heads:history:)``. If the bus has not seen it, subscribers read the gap from history.
    public func publish(_ batch: [Notification], after previous: UInt64) {
        guard let first = batch.first, let last = batch.last else { return }
        guard let head = source?.heads[first.shard] else { preconditionFailure("published before the bus was open") }
        var sequence = previous
        for notification in batch {
            precondition(notification.shard == first.shard, "a batch is of one shard")
            precondition(notification.sequence > sequence, "sequences of a batch ascend")
            sequence = notification.sequence
        }
        if last.sequence <= head { return }
        source?.heads[first.shard] = last.sequence
        for index in subscribers.indices {
            if subscribers[index].state?.offer(batch, shard: first.shard, after: previous) == true {
                subscribers[index].signal.set()
            }
        }
    }

    /// Adds a subscriber, or takes over from the one of the same name.
    ///
    /// - Parameters:
    ///   - regions: Only notifications that concern one of these.
    ///   - cursor: Deliver what comes after it. `nil`: after what this name has acknowledged, or, for a new name, what
    ///     is published from now on.
    ///   - bufferLimit: Notifications kept for a reader that is busy, at least 1 (72 bytes each).
    /// - Throws: ``HeadRegression`` when the cursor is beyond the end of a journal.
    public func subscribe(
        name: String,
        regions: RegionSet,
        from cursor: BusCursor? = nil,
        bufferLimit: Int = 65_536
    ) throws(HeadRegression) -> Subscription {
        let predecessor = subscribers.firstIndex { $0.name == name }
        lastID += 1
        var subscriber = Subscriber(
            id: lastID,
            name: name,
            regions: regions,
            bufferLimit: bufferLimit,
            signal: WakeSignal(),
            start: cursor ?? predecessor.flatMap { subscribers[$0].state?.acknowledged ?? subscribers[$0].start },
            state: nil
        )
        if let heads = source?.heads {
            try Self.check(subscriber.start, of: name, against: heads)
            subscriber.state = Self.state(of: subscriber, heads: heads)
        }
        if let predecessor {
            subscribers.remove(at: predecessor).signal.set()
        }
        subscribers.append(subscriber)
        return Subscription(name: name, bus: self, id: subscriber.id, signal: subscriber.signal)
    }

    /// Forgets a subscriber and what it has acknowledged.
    public func unsubscribe(name: String) {
        guard let index = subscribers.firstIndex(where: { $0.name == name }) else { return }
        subscribers.remove(at: index).signal.set()
    }

    /// How each subscriber keeps up, in the order in which they came; empty until the bus is open.
    public func lags() -> [SubscriberLag] {
        subscribers.compactMap { subscriber in
            guard let state = subscriber.state else { return nil }
            return SubscriberLag(
                name: subscriber.name,
                buffered: state.bufferedCount,
                laggingShards: state.laggingShards,
                acknowledged: state.acknowledged
            )
        }
    }

    /// What a reader gets now; `nil`: nothing, wait for the signal.
    func take(subscriber id: UInt64, limit: Int) async throws(CancellationError) -> Delivery? {
        while true {
            guard let index = subscribers.firstIndex(where: { $0.id == id }) else { throw CancellationError() }
            guard let source, let step = subscribers[index].state?.take(limit: limit) else { return nil }
            switch step {
            case .wait: return nil
            case .deliver(let delivery): return delivery
            case .readHistory(let shard, let after):
                let page = await Self.read(source.history, shard: shard, after: after, limit: limit)
                if let delivery = finish(page, shard: shard, subscriber: id) { return delivery }
            }
            if Task.isCancelled { throw CancellationError() }
        }
    }

    func acknowledge(_ cursor: BusCursor, subscriber id: UInt64) {
        guard let index = subscribers.firstIndex(where: { $0.id == id }) else { return }
        subscribers[index].state?.acknowledge(cursor)
    }

    /// The bus went on while history was read: everything is looked up anew.
    private func finish(_ page: HistoryPage, shard: Int, subscriber id: UInt64) -> Delivery? {
        guard let index = subscribers.firstIndex(where: { $0.id == id }), let head = source?.heads[shard] else {
            return nil
        }
        return subscribers[index].state?.take(page, shard: shard, head: head)
    }

    /// A past that cannot be read is treated as gone: listing everything is always right.
    private nonisolated static func read(
        _ history: any NotificationHistory,
        shard: Int,
        after: UInt64,
        limit: Int
    ) async -> HistoryPage {
        do {
            return try await history.notifications(shard: shard, after: after, limit: limit)
        } catch {
            return .gone
        }
    }

    private static func check(
        _ start: BusCursor?,
        of name: String,
        against heads: [UInt64]
    ) throws(HeadRegression) {
        guard let start else { return }
        precondition(start.sequences.count == heads.count, "the cursor of \(name) is of another number of shards")
        for (shard, head) in heads.enumerated() where start.sequences[shard] > head {
            throw HeadRegression(subscriber: name, shard: shard, cursor: start.sequences[shard], head: head)
        }
    }

    private static func state(of subscriber: Subscriber, heads: [UInt64]) -> SubscriberState {
        SubscriberState(
            regions: subscriber.regions,
            bufferLimit: subscriber.bufferLimit,
            cursor: subscriber.start ?? BusCursor(sequences: heads),
            heads: heads
        )
    }
}

/// How a subscriber keeps up.
public struct SubscriberLag: Sendable, Hashable {
    /// The name it subscribed with.
    public var name: String
    /// Live notifications that wait for its reader.
    public var buffered: Int
    /// Shards that are being read from history.
    public var laggingShards: [Int]
    /// What it is done with; the journal may drop what every subscriber is done with.
    public var acknowledged: BusCursor
}
