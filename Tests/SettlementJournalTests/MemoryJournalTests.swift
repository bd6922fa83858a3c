import Testing

@testable import SettlementJournal

@Suite struct MemoryJournalTests {
    @Test func itBehavesAsAJournalDoes() async throws {
        let journal = MemoryJournal(shardCount: 2)
        let ticket = try journal.stageNext(5, shard: 1)
        try await journal.durable(ticket)
        #expect(journal.isDurable(ticket) && journal.durableSequence(shard: 1) == 5)
        #expect(try await journal.read(shard: 1, after: 2, maxBytes: 130) == .cells(cells(1, 3...4), firstSequence: 3))
        #expect(try await journal.read(shard: 0, after: 0, maxBytes: 64) == .cells([], firstSequence: 1))
        try await journal.snapshot(shard: 1)
        try await journal.close()
        #expect(throws: JournalFailure.closed) { try journal.stageNext(1, shard: 0) }
    }

    @Test func itKeepsTheNewestCellsOnly() async throws {
        let journal = MemoryJournal(shardCount: 1, retainedBytes: 64 << 10)
        for _ in 0..<40 { try journal.stageNext(50, shard: 0) }
        guard case .gone(let oldest) = try await journal.read(shard: 0, after: 0, maxBytes: 64) else {
            Issue.record("nothing was dropped")
            return
        }
        #expect(oldest > 1)
        let slice = try await journal.read(shard: 0, after: oldest - 1, maxBytes: 1 << 20)
        #expect(slice == .cells(cells(0, oldest...2000), firstSequence: oldest))
    }

    @Test func aStageTooLargeIsRefusedAndChangesNothing() throws {
        let journal = MemoryJournal(shardCount: 1)
        let large = [UInt8](repeating: 1, count: journal.stageBytesMax + 64)
        let failure = #expect(throws: JournalFailure.self) { try journal.stage(large.span.bytes, shard: 0, after: 0) }
        #expect(failure?.code == .stageTooLarge)
        #expect(journal.stagedSequence(shard: 0) == 0)
    }
}
