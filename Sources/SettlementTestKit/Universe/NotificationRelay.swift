internal import Settlement

/// Stands between the pool's bus and the controllers' and does to notifications what networks do: it drops, repeats,
/// delays and reorders them, and sometimes does not even know that something is missing.
final class NotificationRelay: NotificationHistory, @unchecked Sendable {
    private let universe: Universe
    private let life: Life
    /// By shard, what has come from the pool.
    private var past: [[Notification]]
    /// By shard, the sequence that the next batch claims to follow.
    private var last: [UInt64]
    private let heads: [UInt64]
    private(set) lazy var bus = NotificationBus(heads: heads, history: self)

    init(universe: Universe, life: Life, heads: [UInt64]) {
        self.universe = universe
        self.life = life
        self.heads = heads
        self.past = heads.map { _ in [] }
        self.last = heads
    }

    func run() async {
        let cursor = BusCursor(sequences: heads)
        guard
            let subscription = try? await life.pool.bus.subscribe(
                name: "relay",
                regions: RegionSet(rawValue: .max),
                from: cursor,
                bufferLimit: 4
            )
        else { return }
        while let delivery = try? await subscription.next(max: 4) {
            guard !life.node.isGone else { return }
            if case .notifications(let notifications, let cursor) = delivery {
                for notification in notifications { past[notification.shard].append(notification) }
                await pass(notifications)
                await subscription.acknowledge(cursor)
            }
        }
    }

    func notifications(
        shard: Int,
        after sequence: UInt64,
        limit: Int
    ) async throws(HistoryUnavailable) -> HistoryPage {
        await universe.simulation.point()
        if happens(universe.scale.unavailableHistory) { throw HistoryUnavailable(reason: "drawn from the seed") }
        let page = past[shard].filter { $0.sequence > sequence }.prefix(limit)
        return .page(Array(page), through: page.last?.sequence ?? sequence)
    }

    private func pass(_ notifications: [Notification]) async {
        var order = notifications
        if order.count > 1, happens(universe.scale.lateNotifications) { order.reverse() }
        for notification in order {
            if happens(universe.scale.lateNotifications) {
                try? await universe.simulation.clock.sleep(
                    nanoseconds: universe.simulation.random(below: 20 * UniverseScale.second)
                )
            }
            let shard = notification.shard
            let previous = past[shard].last { $0.sequence < notification.sequence }?.sequence ?? heads[shard]
            if happens(universe.scale.droppedNotifications) {
                // Half of the losses show as a gap, the others are noticed by nobody but the sweep.
                if universe.simulation.happens(perMille: 500) { last[shard] = notification.sequence }
                continue
            }
            let claimed = last[shard] == previous || universe.simulation.happens(perMille: 500) ? previous : last[shard]
            await bus.publish([notification], after: min(claimed, notification.sequence - 1))
            last[shard] = max(last[shard], notification.sequence)
            if happens(universe.scale.repeatedNotifications) { await bus.publish([notification], after: previous) }
        }
    }

    private func happens(_ share: Int) -> Bool { !universe.isHealing && universe.simulation.happens(perMille: share) }
}
