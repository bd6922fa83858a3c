internal import Settlement
internal import SettlementLedger
internal import Synchronization

/// Compute asks billing at fixed intervals whose standing has changed, as systems without events do: a notification waits
/// for the next poll. Only who writes off by hand is not kept waiting.
///
/// It stands between the pool's bus and the controllers'. Numbers of notifications are its own, so that one that overtakes
/// others is not out of order.
final class NotificationPoll: Sendable {
    private struct State {
        var waiting: [Notification] = []
        /// Accounts written off by hand since the last poll.
        var byHand: Set<AccountID> = []
        /// By shard, the number of the last notification handed on.
        var numbers: [UInt64]
    }

    /// What controllers subscribe to.
    let bus: NotificationBus
    private let source: NotificationBus
    private let periodNanoseconds: Int64
    private let clock: any SettlementClock
    /// Batches reach the bus in the order in which they were numbered.
    private let publishing = Turnstile()
    private let state: Mutex<State>

    /// `nil`: compute is told by events.
    init?(_ profile: NotificationProfile, of source: NotificationBus, shardCount: Int, clock: any SettlementClock) {
        guard case .polled(let nanoseconds) = profile else { return nil }
        self.source = source
        periodNanoseconds = nanoseconds
        self.clock = clock
        state = Mutex(State(numbers: Array(repeating: 0, count: shardCount)))
        bus = NotificationBus(heads: Array(repeating: 0, count: shardCount), history: NoHistory())
    }

    /// Notifications that wait for the next poll.
    var waitingCount: Int { state.withLock { $0.waiting.count } }

    /// Polls until the task is cancelled.
    func run() async {
        await withDiscardingTaskGroup { group in
            group.addTask { await self.collect() }
            group.addTask {
                while (try? await self.clock.sleep(nanoseconds: self.periodNanoseconds)) != nil {
                    await self.handOn(everything: true)
                }
            }
        }
    }

    /// An account was written off by hand: until the next poll, what there is to know about it is told at once.
    func expedite(_ account: AccountID) async {
        state.withLock { state in _ = state.byHand.insert(account) }
        await handOn(everything: false)
    }

    private func collect() async {
        guard let subscription = try? await source.subscribe(name: "poll", regions: RegionSet(rawValue: .max)) else {
            preconditionFailure("a subscription at the head cannot be beyond it")
        }
        while let delivery = try? await subscription.next(max: 4_096) {
            switch delivery {
            case .notifications(let notifications, let cursor):
                state.withLock { $0.waiting += notifications }
                await handOn(everything: false)
                await subscription.acknowledge(cursor)
            case .resync(_, let cursor):
                await subscription.acknowledge(cursor)
            }
        }
    }

    private func handOn(everything: Bool) async {
        await publishing.enter()
        defer { publishing.leave() }
        let batches: [(previous: UInt64, notifications: [Notification])] = state.withLock { state in
            let byHand = state.byHand
            if everything { state.byHand = [] }
            guard everything || !byHand.isEmpty else { return [] }
            let isDue = { (notification: Notification) in everything || byHand.contains(notification.account) }
            var batches = state.numbers.map { (previous: $0, notifications: [Notification]()) }
            for var notification in state.waiting where isDue(notification) {
                state.numbers[notification.shard] += 1
                notification.sequence = state.numbers[notification.shard]
                batches[notification.shard].notifications.append(notification)
            }
            state.waiting.removeAll(where: isDue)
            return batches
        }
        for batch in batches { await bus.publish(batch.notifications, after: batch.previous) }
    }
}
