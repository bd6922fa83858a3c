import Foundation
import Logging
import Testing

@testable import SettlementJournal

/// The whole journal on real files and its own threads.
@Suite struct FileJournalTests {
    let directory = NSTemporaryDirectory() + "journal-" + UUID().uuidString

    func open(_ configuration: JournalConfiguration? = nil) throws -> (FileJournal, Recovered) {
        var recovered = Recovered()
        let journal = try FileJournal.open(configuration ?? self.configuration, logger: quiet) { part, bytes in
            recovered.take(part, bytes)
        }
        return (journal, recovered)
    }

    var configuration: JournalConfiguration {
        var configuration = smallConfiguration(shards: 4, segmentBytes: 64 << 10)
        configuration.directory = directory
        configuration.groupBytesMax = 16 << 10
        return configuration
    }

    @Test func whatWasDurableComesBack() async throws {
        defer { try? FileManager.default.removeItem(atPath: directory) }
        do {
            let (journal, recovered) = try open()
            #expect(recovered == Recovered())
            try await withThrowingTaskGroup(of: Void.self) { group in
                for shard in 0..<4 {
                    group.addTask {
                        for count in 1...60 {
                            let ticket = try journal.stageNext(UInt64(count % 7 + 1), shard: shard)
                            try await journal.durable(ticket)
                            #expect(journal.isDurable(ticket))
                            #expect(journal.durableSequence(shard: shard) == journal.stagedSequence(shard: shard))
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(journal.stagedBytes == 0)
            try await journal.close()
        }
        let (journal, recovered) = try open()
        #expect(recovered.isRight(shards: 4))
        for shard in 0..<4 { #expect(recovered.head(shard) == journal.stagedSequence(shard: shard)) }
        #expect(recovered.head(0) == 238)
        try await journal.close()
    }

    @Test func manyWaitersShareGroups() async throws {
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let (journal, _) = try open()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<500 {
                let ticket = try journal.stageNext(1, shard: 1)
                group.addTask { try await journal.durable(ticket) }
            }
            try await group.waitForAll()
        }
        #expect(journal.durableSequence(shard: 1) == 500)
        try await journal.close()
    }

    @Test func aSecondHolderIsRefusedByName() async throws {
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let (journal, _) = try open()
        let error = #expect(throws: JournalOpenError.self) { try open() }
        #expect(error?.code == .locked)
        #expect(error?.description.contains("held by process \(ProcessInfo.processInfo.processIdentifier)") == true)
        try await journal.close()
        try await open().0.close()
    }

    @Test func snapshotsReplaceTheLogBehindThem() async throws {
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let (journal, _) = try open()
        for _ in 0..<3 {
            for shard in 0..<4 {
                for _ in 0..<6 { try await journal.durable(journal.stageNext(100, shard: shard)) }
                try await journal.snapshot(shard: shard)
            }
        }
        try await journal.durable(journal.stageNext(3, shard: 2))
        guard case .gone(let oldest) = try await journal.read(shard: 0, after: 0, maxBytes: 64) else {
            Issue.record("old segments are still there")
            return
        }
        #expect(oldest > 1 && oldest <= 1201)
        try await journal.close()
        let (again, recovered) = try open()
        #expect(recovered.isRight(shards: 4))
        #expect(recovered.head(2) == 1803)
        #expect(recovered.beganAt[2] == 1800)
        #expect(recovered.sections[2]?.count == 2)
        try await again.close()
    }

    @Test func readersFindEveryCellAcrossSegments() async throws {
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let (journal, _) = try open()
        for count in 1...40 {
            for shard in 0..<4 { try journal.stageNext(UInt64(count), shard: shard) }
        }
        try await journal.durable(journal.lastTicket)
        var read: [UInt8] = []
        while read.count < 820 * 64 {
            let after = UInt64(read.count / 64)
            let slice = try await journal.read(shard: 3, after: after, maxBytes: 1000)
            guard case .cells(let cells, let first) = slice, !cells.isEmpty else {
                Issue.record("nothing after \(after)")
                return
            }
            #expect(first == after + 1 && cells.count <= 1000)
            read += cells
        }
        #expect(read == cells(3, 1...820))
        #expect(try await journal.read(shard: 3, after: 820, maxBytes: 64) == .cells([], firstSequence: 821))
        try await journal.close()
        await #expect(throws: JournalFailure.closed) { try await journal.read(shard: 3, after: 0, maxBytes: 64) }
    }

    @Test func aDroppedJournalGivesTheDirectoryBack() async throws {
        defer { try? FileManager.default.removeItem(atPath: directory) }
        func session() async throws -> Recovered {
            let (journal, recovered) = try open()
            try await journal.durable(journal.stageNext(5, shard: 0))
            return recovered
        }
        for round in 0..<5 {
            let recovered = try await session()
            #expect(recovered.isRight(shards: 4))
            #expect(recovered.head(0) == UInt64(round * 5))
        }
    }
}
