import Foundation
import Synchronization
import Testing

@testable import SettlementJournal

/// Shards recovered side by side get what one thread would have given them.
@Suite struct ShardRecoveryTests {
    private let directory = NSTemporaryDirectory() + "journal-" + UUID().uuidString

    private func configuration(threads: Int?) -> JournalConfiguration {
        var configuration = smallConfiguration(shards: 4, segmentBytes: 64 << 10, groupBytesMax: 16 << 10)
        configuration.directory = directory
        configuration.recoveryThreads = threads
        return configuration
    }

    /// Several segments, and snapshots of two shards.
    private func fill() async throws {
        let journal = try FileJournal.open(configuration(threads: 1), logger: quiet) { _, _ in }
        for round in 1...120 {
            for shard in 0..<4 {
                try journal.stageNext(UInt64((round + shard) % 9 + 1), shard: shard)
                if round == 40, shard % 2 == 0 { try await journal.snapshot(shard: shard) }
            }
        }
        try await journal.close()
    }

    private func recover(threads: Int?) throws -> [Recovered] {
        let shards = (0..<4).map { _ in Guarded() }
        let take: FileJournal.ShardRecovery = { part, bytes in
            switch part {
            case .cells(let shard, _), .snapshotSection(let shard, _):
                shards[shard].recovered.withLock { $0.take(part, bytes) }
            }
        }
        _ = try FileJournal.open(configuration(threads: threads), recovering: take, logger: quiet)
        return shards.map { $0.recovered.withLock { $0 } }
    }

    private final class Guarded: Sendable {
        let recovered = Mutex(Recovered())
    }

    @Test(arguments: [2, 3, 9, nil])
    func severalThreadsGiveWhatOneGives(threads: Int?) async throws {
        defer { try? FileManager.default.removeItem(atPath: directory) }
        try await fill()
        let alone = try recover(threads: 1)
        #expect(alone[0].beganAt[0] != nil && alone[1].beganAt[1] == nil)
        #expect(alone.allSatisfy { $0.isRight(shards: 4) })
        #expect(try recover(threads: threads) == alone)
    }

    @Test func whatOneShardRefusesEndsTheOpening() async throws {
        defer { try? FileManager.default.removeItem(atPath: directory) }
        try await fill()
        let error = #expect(throws: JournalOpenError.self) {
            let take: FileJournal.ShardRecovery = { part, _ in
                if case .cells(shard: 3, let first) = part, first > 100 { throw Refused() }
            }
            return try FileJournal.open(configuration(threads: 2), recovering: take, logger: quiet)
        }
        #expect(error?.code == .replayRefused)
        #expect(error?.place.shard == 3)
        // The directory was given back and nothing was changed.
        #expect(try recover(threads: 2).allSatisfy { $0.isRight(shards: 4) })
    }

    private struct Refused: Error {}
}
