import Testing

@testable import SettlementJournal

/// Every kind of damage to a small journal: opening refuses, or finds everything that was acknowledged.
@Suite struct DamageTests {
    struct Tally: CustomStringConvertible {
        var cases = 0
        var refused = 0
        /// Opened with everything that was acknowledged, and said that something was wrong.
        var noticed = 0
        /// Opened with everything that was acknowledged, without a word.
        var unnoticed = 0
        var truncated = 0
        var wrong = 0

        mutating func count(_ verdict: Verdict, acknowledged: [UInt64]) {
            cases += 1
            switch verdict {
            case .refused: refused += 1
            case .wrong: wrong += 1
            case .right(let heads, let isNoticed):
                if heads != acknowledged { truncated += 1 } else if isNoticed { noticed += 1 } else { unnoticed += 1 }
            }
        }

        var description: String {
            "\(cases) cases: \(refused) refused, \(noticed) noticed and harmless, \(unnoticed) unnoticed, "
                + "\(truncated) silently truncated, \(wrong) wrong states"
        }
    }

    @Test(arguments: SmallJournal.End.allCases)
    func theUndamagedJournalOpens(end: SmallJournal.End) async throws {
        let journal = try await SmallJournal(end)
        #expect(journal.segments.count >= 2 && journal.snapshots.count == 3)
        #expect(verdict(journal.disk) == .right(heads: journal.acknowledged, isNoticed: false))
    }

    @Test(arguments: SmallJournal.End.allCases)
    func everyFlippedByteIsDetected(end: SmallJournal.End) async throws {
        let journal = try await SmallJournal(end)
        var total = Tally()
        // Snapshots and anchor are read the same way whatever the end was: once is enough.
        let copies = end == .killed ? journal.snapshots + [FileName.anchor] : []
        for name in journal.segments + copies {
            var tally = Tally()
            for byte in journal.disk[name].indices {
                let bit = (byte * 5 + 3) % 8
                journal.disk.flip(name, byte: byte, bit: bit)
                let verdict = verdict(journal.disk)
                journal.disk.flip(name, byte: byte, bit: bit)
                tally.count(verdict, acknowledged: journal.acknowledged)
                total.count(verdict, acknowledged: journal.acknowledged)
            }
            #expect(tally.refused + tally.noticed == tally.cases, "\(name): \(tally)")
        }
        print("flipped bytes, \(end): \(total)")
    }

    @Test(arguments: [SmallJournal.End.killedBeforeAnchor])
    func everyBitOfTheLastGroupsIsGuarded(end: SmallJournal.End) async throws {
        let journal = try await SmallJournal(end)
        let last = try #require(journal.segments.last)
        let written = journal.disk.endOfWritten(last)
        var tally = Tally()
        for byte in written - 1500..<written {
            for bit in 0..<8 {
                journal.disk.flip(last, byte: byte, bit: bit)
                tally.count(verdict(journal.disk), acknowledged: journal.acknowledged)
                journal.disk.flip(last, byte: byte, bit: bit)
            }
        }
        #expect(tally.refused == tally.cases, "\(tally)")
        print("flipped bits of the last groups, \(end): \(tally)")
    }

    @Test(arguments: SmallJournal.End.allCases)
    func everyTruncationOfTheLastSegmentIsRefused(end: SmallJournal.End) async throws {
        let journal = try await SmallJournal(end)
        let last = try #require(journal.segments.last)
        let whole = journal.disk[last]
        var tally = Tally()
        for length in whole.indices {
            journal.disk[last] = Array(whole[..<length])
            tally.count(verdict(journal.disk), acknowledged: journal.acknowledged)
        }
        #expect(tally.refused == tally.cases, "\(tally)")
        print("truncated lengths, \(end): \(tally)")
    }

    @Test(arguments: SmallJournal.End.allCases)
    func missingSwappedAndForeignFilesAreRefused(end: SmallJournal.End) async throws {
        let journal = try await SmallJournal(end)
        var tally = Tally()
        func damage(_ change: (SimulatedDisk) -> Void) {
            let disk = journal.disk.copy()
            change(disk)
            tally.count(verdict(disk), acknowledged: journal.acknowledged)
        }
        let foreign = SimulatedDisk()
        var configuration = SmallJournal.configuration
        configuration.newIdentity = 7
        let (stranger, _) = try openJournal(foreign, configuration)
        try stranger.stageNext(3, shard: 0)
        for name in journal.segments {
            damage { $0.delete(name) }
            damage { $0[name] = foreign[FileName.segment(1)] }
            for second in journal.segments where second != name {
                damage { $0[name] = journal.disk[second] }
                damage {
                    $0[name] = journal.disk[second]
                    $0[second] = journal.disk[name]
                }
            }
            damage { $0[FileName.segment(99)] = journal.disk[name] }
        }
        damage { $0.delete(FileName.anchor) }
        damage { $0[FileName.anchor] = foreign[FileName.anchor] }
        damage { disk in for name in journal.segments { disk.delete(name) } }
        // The first segment alone may go: snapshots have replaced it.
        #expect(tally.truncated == 0 && tally.wrong == 0 && tally.unnoticed <= 1, "\(tally)")
        print("misplaced files, \(end): \(tally)")
    }

    @Test func snapshotsOfAnotherShardOrTimeAreNotBelieved() async throws {
        let journal = try await SmallJournal(.killed)
        var tally = Tally()
        for name in journal.snapshots {
            for second in journal.snapshots {
                let disk = journal.disk.copy()
                disk[name] = journal.disk[second]
                tally.count(verdict(disk), acknowledged: journal.acknowledged)
            }
            let disk = journal.disk.copy()
            disk.delete(name)
            tally.count(verdict(disk), acknowledged: journal.acknowledged)
        }
        #expect(tally.truncated == 0 && tally.wrong == 0, "\(tally)")
        print("misplaced snapshots: \(tally)")
    }

    @Test func anOlderCopyOfTheLogIsRefused() async throws {
        let disk = SimulatedDisk()
        let workers = InlineWorkers()
        let (journal, _) = try openJournal(disk, workers: workers)
        try journal.stageNext(5, shard: 0)
        let old = disk.copy()
        try journal.stageNext(5, shard: 0)
        workers.passTime()
        disk.killProcess()
        disk[FileName.segment(1)] = old[FileName.segment(1)]
        #expect(verdict(disk, smallConfiguration()) == .refused(.behind))
    }

    @Test func aSnapshotBeyondTheLogIsRefused() async throws {
        let disk = SimulatedDisk()
        let (journal, _) = try openJournal(disk)
        try journal.stageNext(5, shard: 0)
        let old = disk.copy()
        try journal.stageNext(5, shard: 0)
        try await journal.snapshot(shard: 0)
        old[FileName.snapshot(shard: 0, slot: 0)] = disk[FileName.snapshot(shard: 0, slot: 0)]
        #expect(verdict(old, smallConfiguration()) == .refused(.behind))
    }
}
