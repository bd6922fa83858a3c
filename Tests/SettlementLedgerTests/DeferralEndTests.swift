import Testing

@testable import SettlementLedger

/// The end of a deferral by its date: who is to be reassessed, when, and at what cost.
@Suite struct DeferralEndTests {
    private static func deferral(hours: Int64, quota: Int64? = nil) -> Deferral {
        Deferral(quota: quota.map(units), until: Bench.hours(hours))
    }

    private static func after(hours: Int64) -> Timestamp { Timestamp(rawValue: Bench.hours(hours).rawValue + 1) }

    @Test func anEndIsNamedFromTheFirstInstantThatIsNotCovered() {
        let bench = Bench()
        bench.apply(.setDeferral(Self.deferral(hours: 1)))
        bench.bill(1, 10)
        #expect(bench.ledger.nextDeferralEnd == Self.after(hours: 1))
        #expect(bench.ended(at: Bench.hours(1)) == [])
        let ended = bench.ended(at: Bench.hours(5))
        #expect(ended == [EndedDeferral(account: bench.account, end: Self.after(hours: 1))], "it tells when it was")
        #expect(bench.ended(at: Bench.hours(5)) == ended, "nobody has reassessed it")
        bench.time = ended[0].end
        bench.apply(.reassess)
        #expect(bench.standing == .arrears(1))
        #expect(bench.entries.last?.time == Self.after(hours: 1).rawValue)
        #expect(bench.ended(at: Bench.hours(5)) == [])
        #expect(bench.ledger.nextDeferralEnd == nil)
    }

    @Test(arguments: ["renewed", "shortened", "removed", "without end", "paid"])
    func whatChangedBeforeLeavesNoStaleEnd(change: String) {
        let bench = Bench()
        bench.apply(.setDeferral(Self.deferral(hours: 2)))
        bench.bill(1, 10)
        var expected: [EndedDeferral] = []
        switch change {
        case "renewed": bench.apply(.setDeferral(Self.deferral(hours: 3)))
        case "shortened":
            bench.apply(.setDeferral(Self.deferral(hours: 1)))
            expected = [EndedDeferral(account: bench.account, end: Self.after(hours: 1))]
        case "removed": bench.apply(.clearDeferral)
        case "without end": bench.apply(.setDeferral(Deferral()))
        default: bench.recharge(10)
        }
        #expect(bench.ended(at: Self.after(hours: 2)) == expected)
        if change == "renewed" {
            let later = bench.ended(at: Self.after(hours: 3))
            #expect(later == [EndedDeferral(account: bench.account, end: Self.after(hours: 3))])
        }
    }

    /// The command was sent in time and waited behind the look for ended deferrals.
    @Test func aDebtOfAnEarlierTimeIsFoundAfterTheEnd() {
        let bench = Bench()
        bench.apply(.setDeferral(Self.deferral(hours: 1)))
        #expect(bench.ended(at: Self.after(hours: 1)) == [], "it owes nothing")
        bench.time = Bench.hours(1)
        bench.bill(1, 10)
        #expect(bench.standing == .good(0), "it was covered then")
        #expect(bench.ended(at: Self.after(hours: 1)).map(\.account) == [bench.account])
    }

    @Test func oneEndAmongManyIsOneStep() {
        var expiries = Expiries()
        for slot: UInt32 in 0..<100_000 { expiries.add(Bench.hours(Int64(slot % 1_000) + 2), slot: slot) }
        expiries.add(Bench.hours(1), slot: 100_000)
        var looked = 0
        let due = expiries.due(at: Bench.hours(1), atMost: .max) { _, _ in
            looked += 1
            return true
        }
        #expect(due == [100_000] && looked == 1)
        #expect(expiries.due(at: Bench.hours(1), atMost: .max) { _, _ in false } == [])
        #expect(expiries.next == Bench.hours(2))
    }

    @Test func replayAndSnapshotKnowTheEnds() throws {
        let bench = Bench()
        bench.apply(.setDeferral(Self.deferral(hours: 9)))
        bench.apply(.setDeferral(Self.deferral(hours: 1)))
        bench.bill(1, 10)
        let expected = bench.ended(at: Bench.hours(2))
        #expect(expected.count == 1)

        var replayed = Ledger()
        try replayed.replay(bench.entries.span, firstSequence: 1)
        let fromEntries = replayed.endedDeferrals(at: Bench.hours(2), atMost: .max)
        #expect(fromEntries == expected)

        var restored = Ledger()
        var cursor = SnapshotCursor()
        while !cursor.isComplete {
            var section: [UInt8] = []
            let sequence = UInt64(bench.entries.count)
            bench.ledger.snapshotSection(from: &cursor, sequence: sequence, accounts: 10, into: &section)
            try restored.restore(section: section.span.bytes)
        }
        let next = restored.nextDeferralEnd
        let fromSnapshot = restored.endedDeferrals(at: Bench.hours(2), atMost: .max)
        #expect(next == Self.after(hours: 1), "a snapshot has no stale ends")
        #expect(fromSnapshot == expected)
    }
}

extension Bench {
    fileprivate func ended(at time: Timestamp, atMost limit: Int = .max) -> [EndedDeferral] {
        ledger.endedDeferrals(at: time, atMost: limit)
    }
}
