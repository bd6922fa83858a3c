import Testing

@testable import SettlementJournal

/// Openings that are neither damage nor torn writes.
@Suite struct RecoveryTests {
    @Test func anotherNumberOfShardsIsRefused() throws {
        let disk = SimulatedDisk()
        _ = try openJournal(disk)
        disk.killProcess()
        let error = #expect(throws: JournalOpenError.self) { try openJournal(disk, smallConfiguration(shards: 3)) }
        #expect(error?.code == .shardCountMismatch)
        #expect(error?.description.contains("configure 2") == true)
    }

    @Test func everyOpeningBeginsAnEpoch() async throws {
        let disk = SimulatedDisk()
        for _ in 0..<4 { try await openJournal(disk).journal.close() }
        let report = try JournalInspector(storage: disk).report()
        #expect(report.segments.map(\.epochs) == [0...4])
    }

    @Test func aNewerVersionIsNotTouched() throws {
        let disk = SimulatedDisk()
        _ = try openJournal(disk)
        disk.killProcess()
        let name = FileName.segment(1)
        var header = disk[name]
        header.store(UInt32(2), at: 8)
        header.store(checksum(header.span.bytes, 0..<508), at: 508)
        disk[name] = header
        #expect(verdict(disk, smallConfiguration()) == .refused(.unknownVersion))
    }

    @Test func aFrameOfAnUnknownKindIsNotTouched() throws {
        let disk = SimulatedDisk()
        let (journal, _) = try openJournal(disk)
        try journal.stageNext(1, shard: 0)
        disk.killProcess()
        let name = FileName.segment(1)
        var bytes = disk[name]
        bytes[640 + 10] = 9
        bytes.store(checksum(bytes.span.bytes, 640..<640 + 56), at: 640 + 56)
        disk[name] = bytes
        #expect(verdict(disk, smallConfiguration()) == .refused(.unknownVersion))
    }

    @Test func aReplayThatRefusesEndsTheOpening() throws {
        struct Refusal: Error {}
        let disk = SimulatedDisk()
        let (journal, _) = try openJournal(disk)
        try journal.stageNext(1, shard: 0)
        disk.killProcess()
        let error = #expect(throws: JournalOpenError.self) {
            try FileJournal.open(smallConfiguration(), storage: disk, workers: InlineWorkers(), logger: quiet) { _, _ in
                throw Refusal()
            }
        }
        #expect(error?.code == .replayRefused && error?.place.shard == 0)
        _ = try openJournal(disk)
    }

    @Test func aReadErrorIsNotTheEndOfTheLog() throws {
        let disk = SimulatedDisk()
        let (journal, _) = try openJournal(disk)
        try journal.stageNext(4, shard: 0)
        disk.killProcess()
        for call in 1...40 {
            disk.failCall(call)
            let verdict = verdict(disk, smallConfiguration())
            disk.failCall(nil)
            switch verdict {
            case .refused(let code): #expect(code == .unreadable, "call \(call)")
            case .right(let heads, _): #expect(heads == [4, 0], "call \(call)")
            case .wrong: Issue.record("wrong state after call \(call)")
            }
        }
    }

    @Test func largerSettingsApplyFromTheNextSegmentOn() async throws {
        let disk = SimulatedDisk()
        let (journal, _) = try openJournal(disk)
        try journal.stageNext(10, shard: 0)
        try await journal.close()
        let large = smallConfiguration(segmentBytes: 64 << 10, groupBytesMax: 32 << 10)
        let (second, recovered) = try openJournal(disk, large)
        #expect(recovered.head(0) == 10)
        try await second.durable(second.stageNext(400, shard: 0))
        #expect(second.index.end.segment == 2)
        #expect(try await second.read(shard: 0, after: 9, maxBytes: 64) == .cells(cells(0, 10...10), firstSequence: 10))
        try await second.close()
        let (_, again) = try openJournal(disk)
        #expect(again.isRight(shards: 2) && again.head(0) == 410)
    }

    @Test func aSnapshotUnderWayNeverReplacesOne() async throws {
        let disk = SimulatedDisk()
        let (journal, _) = try openJournal(disk)
        try journal.stageNext(3, shard: 0)
        try await journal.snapshot(shard: 0)
        let writer = try journal.beginSnapshot(shard: 0, at: 3)
        try await writer.append(section: [1])
        let failure = #expect(throws: JournalFailure.self) { try journal.beginSnapshot(shard: 0, at: 3) }
        #expect(failure?.code == .snapshotInProgress)
        disk.killProcess()
        let (_, recovered) = try openJournal(disk)
        #expect(recovered.isRight(shards: 2) && recovered.beganAt[0] == 3)
        #expect(!disk.names.contains { $0.hasSuffix(".tmp") })
    }

    @Test func aFailedSnapshotLeavesTheJournalInUse() async throws {
        let disk = SimulatedDisk()
        let (journal, _) = try openJournal(disk)
        try journal.stageNext(3, shard: 0)
        do {
            let writer = try journal.beginSnapshot(shard: 0, at: 3)
            disk.failCall(1)
            let failure = await #expect(throws: JournalFailure.self) { try await writer.append(section: [1]) }
            #expect(failure?.code == .snapshotFailed)
        }
        try await journal.durable(journal.stageNext(1, shard: 0))
        try await journal.snapshot(shard: 0)
        try await journal.close()
        #expect(verdict(disk, smallConfiguration()) == .right(heads: [4, 0]))
    }
}
