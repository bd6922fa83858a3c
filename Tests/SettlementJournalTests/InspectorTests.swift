import Testing

@testable import SettlementJournal

@Suite struct InspectorTests {
    @Test func aReportShowsWhatTheDirectoryHolds() async throws {
        let journal = try await SmallJournal(.closed)
        let calls = journal.disk.names
        let report = try JournalInspector(storage: journal.disk).report()
        #expect(report.opens && report.findings.isEmpty)
        #expect(report.shardCount == 2 && report.identity == SmallJournal.configuration.newIdentity)
        #expect(report.sequences == journal.acknowledged)
        #expect(report.anchor.isClean && report.anchor.sequences == journal.acknowledged)
        #expect(report.segments.map(\.file) == journal.segments)
        #expect(report.segments.map(\.cells).reduce(0, +) == Int(journal.acknowledged.reduce(0, +)))
        #expect(report.snapshots.map(\.file) == journal.snapshots)
        #expect(report.snapshots.map(\.beganAt) == [3, 23, 20])
        #expect(journal.disk.names == calls, "an inspector writes nothing")
    }

    @Test func exportVisitsEveryCellInOrder() async throws {
        let journal = try await SmallJournal(.killed)
        var found: [[UInt8]] = [[], []]
        try JournalInspector(storage: journal.disk).forEachFrame { frame, cells in
            #expect(frame.firstSequence == UInt64(found[frame.shard].count / 64 + 1))
            #expect(cells.byteCount == frame.cells * 64)
            found[frame.shard].append(cells)
        }
        for shard in 0..<2 { #expect(found[shard] == cells(shard, 1...journal.acknowledged[shard])) }
    }

    @Test func damageIsNamedWithFileOffsetShardAndSequence() async throws {
        let journal = try await SmallJournal(.killed)
        // Into the second cell of the first group that holds cells.
        let name = FileName.segment(1)
        let group = 512 + 2 * FrameHeader.byteCount
        journal.disk.flip(name, byte: group + FrameHeader.byteCount + 64 + 1, bit: 0)
        let report = try JournalInspector(storage: journal.disk).report()
        #expect(!report.opens)
        let finding = try #require(report.findings.last)
        #expect(finding.place == JournalPlace(file: name, offset: group, shard: 0, sequence: 1))
        #expect(finding.description.contains("segment-000000000001:640, shard 0, sequence 1"))
        #expect(report.segments.count == journal.segments.count, "the other segments are still shown")
        #expect(report.intactSequences == [0, 0], "nothing behind the damage counts as intact")
        #expect(report.knownSequences == journal.acknowledged)
    }
}
