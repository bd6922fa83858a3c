import Testing

@testable import SettlementJournal

/// A group that was being written when the power failed: any subset of its sectors may have reached the disk.
@Suite struct TornTailTests {
    /// What stands in front of the torn group, and the stages of that group as (shard, cells).
    struct Shape: Sendable, CustomTestStringConvertible {
        var before: UInt64
        var stages: [(shard: Int, cells: UInt64)]

        var testDescription: String { "\(before) cells, then \(stages.map { "\($0.cells) of shard \($0.shard)" })" }
    }

    static let shapes = [
        Shape(before: 1, stages: [(0, 1)]),
        Shape(before: 3, stages: [(0, 5)]),
        Shape(before: 6, stages: [(1, 8), (0, 8)]),
        Shape(before: 4, stages: [(1, 1), (0, 1), (1, 1), (0, 1), (1, 60)]),
        Shape(before: 2, stages: [(0, 30), (1, 35)]),
        Shape(before: 5, stages: [(1, 68)]),
        Shape(before: 7, stages: [(1, 14), (0, 15), (1, 16), (0, 17)]),
    ]

    /// The disk before the group, and the bytes of the segment with it.
    private func tear(_ shape: Shape) throws -> (
        disk: SimulatedDisk, segment: [UInt8], group: Range<Int>, heads: [UInt64]
    ) {
        let disk = SimulatedDisk()
        let workers = InlineWorkers()
        let (journal, _) = try openJournal(disk, workers: workers)
        try journal.stageNext(shape.before, shard: 0)
        let before = disk.copy()
        let start = journal.index.end.offset
        try workers.holdCommits {
            for (shard, cells) in shape.stages { try journal.stageNext(cells, shard: shard) }
        }
        #expect(journal.index.end.segment == 1)
        let heads = (0..<2).map { journal.durableSequence(shard: $0) }
        return (before, disk[FileName.segment(1)], start..<journal.index.end.offset, heads)
    }

    @Test(arguments: shapes)
    func everySubsetOfSectorsHasTheRightHead(shape: Shape) throws {
        let (disk, complete, group, heads) = try tear(shape)
        let name = FileName.segment(1)
        let original = disk[name]
        let sectors = group.lowerBound / 512...(group.upperBound - 1) / 512
        #expect(sectors.count <= 10)
        var refusals = 0
        for subset in 0..<(1 << sectors.count) {
            var bytes = original
            for (bit, sector) in sectors.enumerated() where subset >> bit & 1 == 1 {
                bytes.replaceSubrange(
                    sector * 512..<(sector + 1) * 512,
                    with: complete[sector * 512..<(sector + 1) * 512]
                )
            }
            disk[name] = bytes
            let isComplete = subset == 1 << sectors.count - 1
            switch verdict(disk, smallConfiguration()) {
            case .right(let found, _): #expect(found == (isComplete ? heads : [shape.before, 0]), "subset \(subset)")
            case .refused: refusals += 1
            case .wrong: Issue.record("wrong state for subset \(subset)")
            }
        }
        #expect(refusals * 50 <= 1 << sectors.count)
        print("torn group of \(sectors.count) sectors: \(1 << sectors.count) subsets, \(refusals) needless refusals")
    }

    @Test func aTornGroupIsKeptAsideAndTheLogGoesOn() async throws {
        let shape = Shape(before: 3, stages: [(1, 20), (0, 20)])
        let (disk, complete, group, _) = try tear(shape)
        let name = FileName.segment(1)
        let sectors = Array(group.lowerBound / 512...(group.upperBound - 1) / 512)
        for lost in sectors.indices {
            let torn = disk.copy()
            var bytes = complete
            bytes.replaceSubrange(
                sectors[lost] * 512..<(sectors[lost] + 1) * 512,
                with: disk[name][sectors[lost] * 512..<(sectors[lost] + 1) * 512]
            )
            torn[name] = bytes
            let (journal, recovered) = try openJournal(torn)
            #expect(recovered.head(0) == 3 && recovered.head(1) == 0)
            let kept = torn.names.filter { $0.hasSuffix(".torn") }
            #expect(kept.count == 1)
            let end = (bytes[group].lastIndex { $0 != 0 } ?? 0) + 1
            #expect(torn[kept[0]] == Array(bytes[group.lowerBound..<end]))
            try journal.stageNext(2, shard: 1)
            try await journal.close()
            torn.losePower()
            #expect(verdict(torn, smallConfiguration()) == .right(heads: [3, 2]))
        }
    }

    @Test(arguments: [SimulatedDisk.Fault.failed, .short], [false, true])
    func repairMayBeInterruptedAnywhere(fault: SimulatedDisk.Fault, losesPower: Bool) throws {
        let (disk, complete, group, _) = try tear(Shape(before: 3, stages: [(1, 20), (0, 20)]))
        let name = FileName.segment(1)
        for lost in [group.lowerBound / 512, group.lowerBound / 512 + 2, (group.upperBound - 1) / 512] {
            let torn = disk.copy()
            var bytes = complete
            bytes.replaceSubrange(lost * 512..<(lost + 1) * 512, with: disk[name][lost * 512..<(lost + 1) * 512])
            torn[name] = bytes
            for call in 1...60 {
                let copy = torn.copy()
                copy.failCall(call, fault, persistently: true)
                _ = try? openJournal(copy)
                if losesPower { copy.losePower() } else { copy.killProcess() }
                guard case .right(let heads, _) = verdict(copy, smallConfiguration()) else {
                    Issue.record("sector \(lost) lost, call \(call): \(verdict(copy, smallConfiguration()))")
                    continue
                }
                #expect(heads == [3, 0], "sector \(lost) lost, call \(call)")
            }
        }
    }

    @Test func aBrokenGroupIsDamageOnceTheAnchorKnowsIt() throws {
        let disk = SimulatedDisk()
        let workers = InlineWorkers()
        let (journal, _) = try openJournal(disk, workers: workers)
        try journal.stageNext(3, shard: 0)
        let start = journal.index.end.offset
        try journal.stageNext(30, shard: 0)
        let sector = (start / 512 + 1) * 512
        func lose(_ disk: SimulatedDisk) {
            disk[FileName.segment(1)].replaceSubrange(sector..<sector + 512, with: repeatElement(0, count: 512))
        }
        let before = disk.copy()
        lose(before)
        #expect(verdict(before, smallConfiguration()) == .right(heads: [3, 0], isNoticed: true))
        workers.passTime()
        lose(disk)
        #expect(verdict(disk, smallConfiguration()) == .refused(.behind))
    }

    @Test func aBrokenGroupIsDamageInASegmentThatIsNotTheLast() async throws {
        let journal = try await SmallJournal(.killed)
        let name = try #require(journal.segments.first)
        let end = journal.disk.endOfWritten(name)
        let sector = (end - 600) / 512 * 512
        journal.disk[name].replaceSubrange(sector..<sector + 512, with: repeatElement(0, count: 512))
        #expect(verdict(journal.disk) == .refused(.damaged))
    }

    @Test func aBrokenGroupIsDamageAfterACloseInOrder() async throws {
        let journal = try await SmallJournal(.closed)
        let name = try #require(journal.segments.last)
        let end = journal.disk.endOfWritten(name)
        journal.disk[name].replaceSubrange(end + 512..<end + 576, with: repeatElement(1, count: 64))
        #expect(verdict(journal.disk) == .refused(.damaged))
    }
}
