import Foundation
import Settlement
import SettlementJournal
import Testing

/// The number of shards belongs to the journal, not to the machine or the configuration that opens it again.
@Suite struct ShardCountTests {
    private func open(_ directory: URL, shards: Int?) throws -> SettlementPool {
        try Fixture.pool(Fixture.file(directory)) { $0.shardCount = shards }
    }

    @Test func aJournalIsOpenedWithAsManyShardsAsItWasMadeWith() async throws {
        try await withTemporaryDirectory { directory in
            let first = try open(directory, shards: 3)
            for account in 1...20 { try await first.openAccount(AccountID(UInt64(account)), currency: .cny) }
            try await first.shutdown()
            let second = try open(directory, shards: nil)
            #expect(second.configuration.shardCount == 3)
            #expect(try await second.audit().accounts == 20)
            try await second.shutdown()
        }
    }

    @Test func anotherNumberIsRefused() async throws {
        try await withTemporaryDirectory { directory in
            try await open(directory, shards: 3).shutdown()
            let error = #expect(throws: PoolOpenError.self) { try open(directory, shards: 4) }
            #expect(error?.journal.code == .shardCountMismatch)
            #expect(error?.description.contains("configure 3") == true)
        }
    }

    @Test func aNewJournalHasTwoShardsACoreAndAtLeastFour() async throws {
        try await withTemporaryDirectory { directory in
            let pool = try open(directory, shards: nil)
            let cores = ProcessInfo.processInfo.activeProcessorCount
            #expect(pool.configuration.shardCount == min(64, max(4, 2 * cores)))
            try await pool.shutdown()
        }
    }
}
