import Testing

@testable import SettlementJournal

/// The staging state machine as a value, its waiters plain names.
@Suite struct GroupQueueTests {
    var queue = GroupQueue<String>(sequences: [0, 10], groupBytesMax: 1024)

    mutating func stage(_ count: UInt64, shard: Int) -> JournalTicket {
        let last = queue.stagedSequences[shard]
        return queue.stage(cells(shard, last + 1...last + count).span.bytes, shard: shard, after: last)
    }

    mutating func take() throws -> StagedGroup {
        let group = queue.take()
        return try #require(group)
    }

    @Test mutating func whatArrivesDuringASyncIsTheNextGroup() throws {
        #expect(!queue.isReady)
        let first = stage(1, shard: 0)
        var group = try take()
        #expect(!queue.isReady)
        let second = stage(2, shard: 0)
        let third = stage(1, shard: 1)
        #expect(second == third && first < second)
        let nobody = queue.finish(group)
        #expect(nobody.isEmpty)
        group = try take()
        #expect(group.frames.map(\.shard) == [0, 1])
        #expect(group.frames.map(\.firstSequence) == [2, 11])
        #expect(queue.stagedBytes == 192)
        _ = queue.finish(group)
        #expect(queue.stagedBytes == 0 && !queue.isReady && queue.durableGroup == 2)
    }

    @Test mutating func neighboursOfOneShardShareAFrame() throws {
        _ = stage(1, shard: 0)
        _ = stage(2, shard: 0)
        _ = stage(1, shard: 1)
        _ = stage(1, shard: 0)
        let group = try take()
        #expect(group.frames.map(\.payloadBytes) == [192, 64, 64])
        #expect(group.frames.map(\.firstSequence) == [1, 11, 4])
        #expect(group.sealedBytes == 4 * 64 + 5 * 64)
    }

    @Test mutating func aGroupNeverGrowsBeyondItsLimit() throws {
        let tickets = (0..<20).map { _ in stage(4, shard: 0) }
        #expect(tickets == tickets.sorted() && tickets.last == queue.lastTicket)
        var numbers: [UInt64] = []
        while let group = queue.take() {
            #expect(group.sealedBytes <= 1024)
            numbers.append(group.number)
            _ = queue.finish(group)
        }
        #expect(numbers == Array(1...UInt64(numbers.count)) && numbers.count == 7)
    }

    @Test mutating func waitersLeaveWithTheirGroup() throws {
        let first = stage(14, shard: 0)
        let second = stage(14, shard: 0)
        let answer1 = queue.wait(for: second, "b1")
        #expect(answer1 == .waiting)
        let answer2 = queue.wait(for: first, "a1")
        #expect(answer2 == .waiting)
        let answer3 = queue.wait(for: second, "b2")
        #expect(answer3 == .waiting)
        let waiters1 = queue.finish(try take())
        #expect(waiters1 == ["a1"])
        let answer4 = queue.wait(for: first, "late")
        #expect(answer4 == .durable)
        let waiters2 = queue.finish(try take())
        #expect(waiters2 == ["b1", "b2"])
    }

    @Test mutating func aGroupThatComesBackIsFirstAgain() throws {
        _ = stage(14, shard: 0)
        _ = stage(14, shard: 0)
        let group = try take()
        queue.putBack(group)
        let again = try take()
        #expect(again.number == group.number)
    }

    @Test mutating func afterAFailureEverybodyKnowsAndNothingIsTaken() throws {
        let first = stage(1, shard: 0)
        let answer5 = queue.wait(for: first, "a")
        #expect(answer5 == .waiting)
        _ = queue.take()
        let second = stage(1, shard: 0)
        let answer6 = queue.wait(for: second, "b")
        #expect(answer6 == .waiting)
        let failure = JournalFailure(.unknownOutcome, "a failed sync", remedy: "open again")
        let left = queue.fail(failure)
        #expect(left == ["a", "b"])
        #expect(queue.refusal == failure && !queue.isReady)
        let answer7 = queue.wait(for: first, "c")
        #expect(answer7 == .failed(failure))
        _ = queue.fail(.closed)
        #expect(queue.refusal == failure)
    }

    @Test mutating func aClosedQueueIsStillDrained() throws {
        let ticket = stage(1, shard: 0)
        queue.close()
        #expect(queue.refusal == .closed)
        let answer8 = queue.wait(for: ticket, "a")
        #expect(answer8 == .waiting)
        let waiters3 = queue.finish(try take())
        #expect(waiters3 == ["a"])
    }

    @Test func twoWritersOfOneShardAreAProgrammingError() async {
        await #expect(processExitsWith: .failure) {
            var queue = GroupQueue<String>(sequences: [5], groupBytesMax: 1024)
            _ = queue.stage(cell(0, 5).span.bytes, shard: 0, after: 4)
        }
    }

    @Test func aCellThatBeginsWithZeroIsAProgrammingError() async {
        await #expect(processExitsWith: .failure) {
            let journal = MemoryJournal(shardCount: 1)
            _ = try journal.stage([UInt8](repeating: 0, count: 64).span.bytes, shard: 0, after: 0)
        }
    }
}
