import Testing

@testable import Settlement

/// Notifications of one shard for account = sequence.
func notifications(_ sequences: some Sequence<UInt64>, shard: Int = 0, regions: RegionSet = .all) -> [Settlement
    .Notification]
{
    sequences.map {
        Notification(
            shard: shard,
            sequence: $0,
            account: AccountID($0),
            standing: Standing(state: .good, epoch: 2),
            regions: regions,
            time: Timestamp(nanoseconds: 0)
        )
    }
}

extension RegionSet {
    static let all = RegionSet(rawValue: .max)
}

@Suite struct SubscriberStateTests {
    static func live(limit: Int = 4, heads: [UInt64] = [0, 0], regions: RegionSet = .all) -> SubscriberState {
        SubscriberState(
            regions: regions,
            bufferLimit: limit,
            cursor: BusCursor(sequences: heads),
            heads: heads
        )
    }

    static func delivered(_ step: SubscriberState.Step) -> [UInt64] {
        guard case .deliver(.notifications(let batch, _)) = step else { return [] }
        return batch.map(\.sequence)
    }

    @Test func `wakes the reader once, on the first notification`() {
        var state = Self.live()
        #expect(state.offer(notifications([3]), shard: 0, after: 0) == true)
        #expect(state.offer(notifications([5]), shard: 0, after: 3) == false)
        #expect(
            state.take(limit: 9)
                == .deliver(.notifications(notifications([3, 5]), cursor: BusCursor(sequences: [5, 0])))
        )
        #expect(state.take(limit: 9) == .wait)
        #expect(state.offer(notifications([7]), shard: 0, after: 5) == true)
    }

    @Test func `a partial take moves the cursor only as far`() {
        var state = Self.live()
        _ = state.offer(notifications([1, 2, 3], shard: 1), shard: 1, after: 0)
        #expect(
            state.take(limit: 2)
                == .deliver(
                    .notifications(notifications([1, 2], shard: 1), cursor: BusCursor(sequences: [0, 2]))
                )
        )
    }

    @Test func `passes over what concerns other regions, and over what it has seen`() {
        var state = Self.live(regions: RegionSet(RegionID(3)))
        #expect(state.offer(notifications([1], regions: RegionSet(RegionID(2))), shard: 0, after: 0) == false)
        #expect(state.offer(notifications([1, 2], regions: RegionSet(RegionID(3))), shard: 0, after: 0) == true)
        #expect(Self.delivered(state.take(limit: 9)) == [2])
    }

    @Test func `an overflow drops the buffer and reads from where the reader is`() {
        var state = Self.live(limit: 2)
        _ = state.offer(notifications([1, 2]), shard: 0, after: 0)
        #expect(Self.delivered(state.take(limit: 1)) == [1])
        #expect(state.offer(notifications([3, 4]), shard: 0, after: 2) == true)
        #expect(state.bufferedCount == 0 && state.laggingShards == [0])
        #expect(state.offer(notifications([5]), shard: 0, after: 4) == false)
        #expect(state.take(limit: 9) == .readHistory(shard: 0, after: 1))
        #expect(state.take(.page(notifications([2, 3]), through: 3), shard: 0, head: 5) != nil)
        #expect(state.laggingShards == [0])
        #expect(state.take(limit: 9) == .readHistory(shard: 0, after: 3))
        #expect(state.take(.page(notifications([4, 5, 6]), through: 6), shard: 0, head: 5) != nil)
        #expect(state.laggingShards == [])
        // History was ahead of the bus: what comes live then was delivered already.
        #expect(state.offer(notifications([6]), shard: 0, after: 5) == false)
        #expect(state.offer(notifications([7]), shard: 0, after: 6) == true)
        #expect(Self.delivered(state.take(limit: 9)) == [7])
    }

    @Test func `a gap is read from history`() {
        var state = Self.live()
        #expect(state.offer(notifications([9]), shard: 0, after: 8) == true)
        #expect(state.take(limit: 9) == .readHistory(shard: 0, after: 0))
    }

    @Test func `lagging and live shards take turns`() {
        var state = SubscriberState(
            regions: .all,
            bufferLimit: 4,
            cursor: BusCursor(sequences: [0, 0]),
            heads: [9, 0]
        )
        _ = state.offer(notifications([1], shard: 1), shard: 1, after: 0)
        #expect(state.take(limit: 1) == .readHistory(shard: 0, after: 0))
        _ = state.take(.page(notifications([4]), through: 4), shard: 0, head: 9)
        #expect(Self.delivered(state.take(limit: 1)) == [1])
        #expect(state.take(limit: 1) == .readHistory(shard: 0, after: 4))
    }

    @Test(arguments: [HistoryPage.gone, .page([], through: 0)])
    func `a past that is gone or makes no progress becomes a resync`(page: HistoryPage) {
        var state = Self.live()
        _ = state.offer(notifications([9]), shard: 0, after: 8)
        _ = state.take(limit: 9)
        #expect(state.take(page, shard: 0, head: 9) == nil)
        #expect(state.take(limit: 9) == .deliver(.resync(shards: [0], cursor: BusCursor(sequences: [9, 0]))))
        #expect(state.offer(notifications([10]), shard: 0, after: 9) == true)
        #expect(Self.delivered(state.take(limit: 9)) == [10])
    }
}
