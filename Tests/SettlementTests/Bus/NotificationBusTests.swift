import Settlement
import SettlementTestKit
import Synchronization
import Testing

/// A past that tests write.
final class ScriptedHistory: NotificationHistory {
    struct State {
        var past: [[Settlement.Notification]]
        var oldest: UInt64 = 0
        var isReadable = true
    }
    let state: Mutex<State>

    init(shards: Int = 1) { state = Mutex(State(past: Array(repeating: [], count: shards))) }

    func append(_ batch: [Settlement.Notification]) {
        state.withLock { state in
            for notification in batch { state.past[notification.shard].append(notification) }
        }
    }

    func notifications(
        shard: Int,
        after sequence: UInt64,
        limit: Int
    ) async throws(HistoryUnavailable) -> HistoryPage {
        let page: HistoryPage? = state.withLock { state in
            guard state.isReadable else { return nil }
            if sequence < state.oldest { return .gone }
            let page = Array(state.past[shard].filter { $0.sequence > sequence }.prefix(limit))
            return .page(page, through: page.last?.sequence ?? sequence)
        }
        guard let page else { throw HistoryUnavailable(reason: "closed") }
        return page
    }
}

@Suite struct NotificationBusTests {
    /// Publishes random batches of random shards while readers of all speeds follow.
    @Test(arguments: [1, 2, 3, 4, 5] as [UInt64])
    func `every subscriber gets everything once and in order, whatever its speed`(seed: UInt64) throws {
        let shards = 3
        try Simulation(seed: seed).run { clock in
            let bus = NotificationBus()
            let history = ScriptedHistory(shards: shards)
            try await bus.open(heads: Array(repeating: 0, count: shards), history: history)
            let total = 600
            let pauses: [Int64] = [0, 1, 40, 400]
            let readers = try await pauses.asyncMap { pause in
                (pause, try await bus.subscribe(name: "pause-\(pause)", regions: .all, bufferLimit: 16))
            }
            try await withThrowingTaskGroup(of: [[UInt64]].self) { group in
                for (pause, subscription) in readers {
                    group.addTask {
                        var seen = Array(repeating: [UInt64](), count: shards)
                        while seen.map(\.count).reduce(0, +) < total {
                            guard case .notifications(let batch, let cursor) = try await subscription.next(max: 7)
                            else {
                                Issue.record("resync without a reason")
                                return seen
                            }
                            for notification in batch { seen[notification.shard].append(notification.sequence) }
                            await subscription.acknowledge(cursor)
                            if pause > 0 { try await clock.sleep(nanoseconds: pause) }
                        }
                        return seen
                    }
                }
                group.addTask {
                    var generator = SplitMix64(seed: seed)
                    var heads = Array(repeating: UInt64(0), count: shards)
                    var left = total
                    while left > 0 {
                        let shard = Int.random(in: 0..<shards, using: &generator)
                        let count = min(left, Int.random(in: 1...9, using: &generator))
                        // Sequences have holes, as those of a journal have.
                        let sequences = (1...UInt64(count)).map { heads[shard] + $0 * 3 }
                        let batch = SettlementTests.notifications(sequences, shard: shard)
                        history.append(batch)
                        await bus.publish(batch, after: heads[shard])
                        heads[shard] = batch[count - 1].sequence
                        left -= count
                        if Bool.random(using: &generator) { try await clock.sleep(nanoseconds: 1) }
                    }
                    return []
                }
                for try await seen in group where !seen.isEmpty {
                    #expect(seen == history.state.withLock { $0.past.map { $0.map(\.sequence) } })
                }
            }
        }
    }

    @Test func `batches that arrive in the wrong order leave no gap`() throws {
        try Simulation(seed: 1).run { _ in
            let bus = NotificationBus()
            let history = ScriptedHistory()
            try await bus.open(heads: [0], history: history)
            let subscription = try await bus.subscribe(name: "a", regions: .all)
            history.append(notifications([1, 2, 3, 4]))
            await bus.publish(notifications([3, 4]), after: 2)
            await bus.publish(notifications([1, 2]), after: 0)
            let delivery = try await subscription.next(max: 9)
            #expect(delivery == .notifications(notifications([1, 2, 3, 4]), cursor: BusCursor(sequences: [4])))
        }
    }

    @Test func `a subscriber that never reads costs bounded memory and delays nobody`() throws {
        try Simulation(seed: 1).run { _ in
            let bus = NotificationBus()
            let history = ScriptedHistory()
            try await bus.open(heads: [0], history: history)
            let dead = try await bus.subscribe(name: "dead", regions: .all, bufferLimit: 8)
            let live = try await bus.subscribe(name: "live", regions: .all)
            for sequence: UInt64 in 1...1_000 {
                history.append(notifications([sequence]))
                await bus.publish(notifications([sequence]), after: sequence - 1)
                let delivery = try await live.next(max: 9)
                #expect(delivery == .notifications(notifications([sequence]), cursor: BusCursor(sequences: [sequence])))
            }
            let lag = await bus.lags()[0]
            #expect(lag.name == "dead" && lag.buffered == 0 && lag.laggingShards == [0])
            guard case .notifications(let first, _) = try await dead.next(max: 9) else { return }
            #expect(first.map(\.sequence) == Array(1...9))
        }
    }

    @Test func `a past that is gone or unreadable becomes a resync, then live delivery`() throws {
        try Simulation(seed: 1).run { _ in
            for isReadable in [true, false] {
                let bus = NotificationBus()
                let history = ScriptedHistory()
                history.state.withLock { state in
                    state.oldest = 50
                    state.isReadable = isReadable
                }
                try await bus.open(heads: [90], history: history)
                let subscription = try await bus.subscribe(
                    name: "late",
                    regions: .all,
                    from: BusCursor(sequences: [40])
                )
                let cursor = BusCursor(sequences: [90])
                #expect(try await subscription.next(max: 9) == .resync(shards: [0], cursor: cursor))
                await bus.publish(notifications([91]), after: 90)
                let delivery = try await subscription.next(max: 9)
                #expect(delivery == .notifications(notifications([91]), cursor: BusCursor(sequences: [91])))
            }
        }
    }

    @Test func `a successor goes on after what was acknowledged, and its predecessor ends`() throws {
        try Simulation(seed: 1).run { _ in
            let bus = NotificationBus()
            let history = ScriptedHistory()
            try await bus.open(heads: [0], history: history)
            let first = try await bus.subscribe(name: "a", regions: .all)
            history.append(notifications([1, 2, 3]))
            await bus.publish(notifications([1, 2, 3]), after: 0)
            _ = try await first.next(max: 1)
            await first.acknowledge(BusCursor(sequences: [1]))
            _ = try await first.next(max: 1)
            let second = try await bus.subscribe(name: "a", regions: .all)
            await #expect(throws: CancellationError.self) { try await first.next(max: 1) }
            let delivery = try await second.next(max: 9)
            #expect(delivery == .notifications(notifications([2, 3]), cursor: BusCursor(sequences: [3])))
        }
    }

    @Test func `a cursor beyond the journal's end is refused, before and after opening`() async throws {
        let expected = HeadRegression(subscriber: "a", shard: 1, cursor: 8, head: 7)
        let early = NotificationBus()
        _ = try await early.subscribe(name: "a", regions: .all, from: BusCursor(sequences: [3, 8]))
        await #expect(throws: expected) {
            try await early.open(heads: [9, 7], history: ScriptedHistory(shards: 2))
        }
        let late = NotificationBus()
        try await late.open(heads: [9, 7], history: ScriptedHistory(shards: 2))
        await #expect(throws: expected) {
            try await late.subscribe(name: "a", regions: .all, from: BusCursor(sequences: [3, 8]))
        }
    }

    @Test func `a cancelled reader stops waiting`() throws {
        try Simulation(seed: 1).run { clock in
            let bus = NotificationBus()
            let subscription = try await bus.subscribe(name: "a", regions: .all)
            await withTaskGroup(of: Bool.self) { group in
                group.addTask {
                    do {
                        _ = try await subscription.next(max: 1)
                        return false
                    } catch {
                        return true
                    }
                }
                group.addTask {
                    try? await clock.sleep(nanoseconds: 1)
                    return true
                }
                _ = await group.next()
                group.cancelAll()
                let hasStopped = await group.next()
                #expect(hasStopped == true)
            }
        }
    }
}

extension Array {
    func asyncMap<Value>(_ transform: (Element) async throws -> Value) async rethrows -> [Value] {
        var values: [Value] = []
        for element in self { values.append(try await transform(element)) }
        return values
    }
}
