import Testing

@testable import SettlementLedger

@Suite struct SnapshotTests {
    /// Takes a snapshot in small pieces with commands, names and checkpoints between them.
    private func sections(
        of ledger: inout Ledger,
        source: inout CommandSource,
        piece: Int,
        entries: inout [Entry]
    ) -> [[UInt8]] {
        var cursor = SnapshotCursor()
        var sections: [[UInt8]] = []
        while !cursor.isComplete {
            var bytes: [UInt8] = []
            ledger.snapshotSection(from: &cursor, sequence: UInt64(entries.count), accounts: piece, into: &bytes)
            sections.append(bytes)
            if cursor.isComplete { break }
            for _ in 0..<40 { _ = ledger.apply(source.next(), into: &entries) }
            let step = UInt32(sections.count)
            _ = ledger.intern("customer \(step % 60)", at: source.time, into: &entries)
            ledger.recordCheckpoint(month: Bench.month, range: step % 7, at: source.time, into: &entries)
        }
        return sections
    }

    @Test(arguments: [(UInt64(1), 1, 60), (2, 7, 60), (3, 40, 100_000), (4, 1_000, 100_000)])
    func snapshotAndTailGiveTheLiveState(seed: UInt64, piece: Int, keyRetention: Int) throws {
        let policy = LedgerPolicy(keyRetention: keyRetention)
        var source = CommandSource(seed: seed)
        var live = Ledger(policy: policy)
        var entries: [Entry] = []
        for _ in 0..<3_000 { _ = live.apply(source.next(), into: &entries) }
        let began = entries.count
        let sections = sections(of: &live, source: &source, piece: piece, entries: &entries)
        var tail: [Command] = []
        for _ in 0..<200 {
            tail.append(source.next())
            _ = live.apply(tail.last!, into: &entries)
        }

        var restored = Ledger(policy: policy)
        for section in sections { try restored.restore(section: section.span.bytes) }
        let middle = (began + entries.count) / 2
        try restored.replay(Array(entries[began..<middle]).span, firstSequence: UInt64(began) + 1)
        try restored.replay(Array(entries[middle...]).span, firstSequence: UInt64(middle) + 1)

        let digests = (live.digest(), restored.digest())
        #expect(digests.0 == digests.1)
        let audits = (live.audit(), restored.audit())
        #expect(audits.0 == audits.1)
        #expect(audits.1.findings == [])
        let checkpoints = (live.checkpoints, restored.checkpoints)
        #expect(checkpoints.0 == checkpoints.1)
        let keys = (live.rememberedKeys, restored.rememberedKeys)
        #expect(keyRetention == 60 ? keys.0.count == 60 : keys.0.count > 60)
        #expect(keys.0 == keys.1)
        // They also go on alike.
        var (a, b): ([Entry], [Entry]) = ([], [])
        for _ in 0..<500 {
            let command = source.next()
            let outcomes = (live.apply(command, into: &a), restored.apply(command, into: &b))
            try #require(outcomes.0 == outcomes.1)
        }
        #expect(a == b)
    }

    @Test func anEmptyLedgerHasASnapshotToo() throws {
        let live = Ledger()
        var cursor = SnapshotCursor()
        var restored = Ledger()
        while !cursor.isComplete {
            var bytes: [UInt8] = []
            live.snapshotSection(from: &cursor, sequence: 0, accounts: 10, into: &bytes)
            try restored.restore(section: bytes.span.bytes)
        }
        let digests = (live.digest(), restored.digest())
        #expect(digests.0 == digests.1)
    }

    @Test func aDamagedSectionIsAnErrorAtEveryLength() {
        let bench = Bench()
        bench.bill(1, 50)
        bench.apply(.setDeferral(Deferral(quota: units(4))))
        var cursor = SnapshotCursor()
        var bytes: [UInt8] = []
        bench.ledger.snapshotSection(from: &cursor, sequence: 9, accounts: 10, into: &bytes)
        for length in 0..<bytes.count {
            #expect(restoreError(Array(bytes[..<length])) != nil)
        }
        #expect(restoreError(bytes + [0])?.reason == .malformedSection("bytes left over"))
        bytes[0] = 200
        #expect(restoreError(bytes)?.reason == .malformedSection("format 200, not 3"))
    }

    private func restoreError(_ section: [UInt8]) -> ReplayError? {
        var ledger = Ledger()
        do throws(ReplayError) {
            try ledger.restore(section: section.span.bytes)
            return nil
        } catch {
            return error
        }
    }
}

extension Ledger {
    var rememberedKeys: [String] {
        (keys.oldest..<keys.next).map { "\(keys[$0])" }
    }
}
