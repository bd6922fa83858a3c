import SettlementLedger
import Testing

@Suite struct ReplayTests {
    @Test func anEntryIs64BytesAndNeverBeginsWithZero() {
        #expect(MemoryLayout<Entry>.size == 64)
        #expect(MemoryLayout<Entry>.stride == 64)
        #expect(!Entry.Kind.allCases.contains { $0.rawValue == 0 })
        let bench = Bench()
        bench.bill(1, 50, fraction: 4)
        _ = bench.ledger.intern(String(repeating: "x", count: 256), at: bench.time, into: &bench.entries)
        for entry in bench.entries {
            #expect(withUnsafeBytes(of: entry) { $0[0] } == entry.rawKind)
            #expect(entry.rawKind != 0)
        }
    }

    @Test func anUnknownKindStopsReplay() {
        let bench = Bench()
        bench.recharge(5)
        bench.recharge(6)
        bench.entries[1].rawKind = 99
        let error = replayError(bench.entries, firstSequence: 41)
        #expect(error == ReplayError(sequence: 42, reason: .unknownKind(99)))
        #expect(error?.description.hasPrefix("entry 42: kind 99 is not known") == true)
    }

    @Test func aGapOrARepetitionStopsReplay() throws {
        let bench = Bench()
        bench.recharge(5)
        for wrong: UInt64 in [1, 2, 4] {
            var ledger = Ledger()
            try ledger.replay(bench.entries.span, firstSequence: 1)
            do throws(ReplayError) {
                try ledger.replay(bench.entries.span, firstSequence: wrong)
                Issue.record("replayed from \(wrong)")
            } catch {
                #expect(error.reason == .sequenceGap(expected: 3))
            }
        }
    }

    struct Misfit: Sendable {
        var reason: ReplayError.Reason
        var change: @Sendable (inout Entry) -> Void
        init(_ reason: ReplayError.Reason, _ change: @escaping @Sendable (inout Entry) -> Void) {
            self.reason = reason
            self.change = change
        }
    }

    static let misfits: [Misfit] = [
        Misfit(.unknownAccount(AccountID(12))) { $0.account = 12 },
        Misfit(.impossible("currency 2 in an account of CNY")) { $0.rawCurrency = 2 },
        Misfit(.impossible("51 applied to 50 outstanding")) { $0.amount = 51 },
        Misfit(.impossible("an amount of -1")) { $0.amount = -1 },
        Misfit(.billNotOpen(BillID(2))) { $0.bill = 2 },
        Misfit(.accountExists(AccountID(7))) { $0.rawKind = 1 },
        Misfit(.billExists(BillID(1))) { $0.rawKind = 3 },
    ]

    /// Entries that cannot belong to the state before them.
    @Test(arguments: misfits) func whatDoesNotFitIsNotFolded(_ misfit: Misfit) {
        let bench = Bench()
        bench.bill(1, 50)
        bench.recharge(50)
        let place = bench.entries.firstIndex { $0.kind == .writtenOff }!
        misfit.change(&bench.entries[place])
        let error = replayError(bench.entries)
        #expect(error == ReplayError(sequence: UInt64(place) + 1, reason: misfit.reason))
    }

    static let fundMisfits = [
        Misfit(.impossible("31 taken from a fund that does not hold it")) { $0.amount = 31 },
        Misfit(.impossible("30 taken from a fund that does not hold it")) { $0.keyLow = 2 },
        Misfit(.impossible("30 taken from a fund that does not hold it")) { $0.keyHigh = 2 },
        Misfit(.impossible("fund 2 of kind 9")) {
            ($0.rawKind, $0.bill, $0.month) = (Entry.Kind.fundGranted.rawValue, 2, 9)
        },
        Misfit(.impossible("fund 1 of kind 1")) {
            ($0.rawKind, $0.bill, $0.month) = (Entry.Kind.fundGranted.rawValue, 1, 1)
        },
    ]

    /// A payment from a fund that is not what it was.
    @Test(arguments: fundMisfits) func whatFundsDoNotHoldIsNotFolded(_ misfit: Misfit) {
        let bench = Bench()
        bench.grant(1, .voucher, 30)
        bench.bill(1, 50, monthsAgo: 0)
        let place = bench.entries.firstIndex { $0.kind == .writtenOffFromFund }!
        misfit.change(&bench.entries[place])
        let error = replayError(bench.entries)
        #expect(error == ReplayError(sequence: UInt64(place) + 1, reason: misfit.reason))
    }

    /// Facts stay facts: replay under other rules gives the state that was, not the one that the new rules would give.
    @Test func newRulesDoNotRewriteHistory() throws {
        let bench = Bench()
        bench.bill(1, 50)
        bench.recharge(60)
        bench.bill(2, 5, monthsAgo: 0)
        var replayed = Ledger(policy: LedgerPolicy(restartFloor: [.cny: units(1_000)], offsetMinutes: -600))
        try replayed.replay(bench.entries.span, firstSequence: 1)
        let digest = replayed.digest()
        #expect(digest == bench.digest)
    }

    @Test func digestsOfShardsAddUpAndDoNotDependOnOrder() {
        let whole = Bench()
        let parts = [Bench(), Bench()]
        for account: UInt64 in [20, 21, 22, 23] {
            for bench in [whole, parts[Int(account % 2)]] {
                bench.account = AccountID(account)
                bench.apply(.openAccount(currency: .eur, creditLimit: units(Int64(account))))
                bench.bill(account, 50)
            }
        }
        let empty = Bench().digest
        #expect(parts[0].digest + parts[1].digest - empty == whole.digest)
        #expect(whole.digest.description.count == 32)
        let moved = Bench()
        for account: UInt64 in [23, 20, 22, 21] {
            moved.account = AccountID(account)
            moved.apply(.openAccount(currency: .eur, creditLimit: units(Int64(account))))
            moved.bill(account, 50)
        }
        #expect(moved.digest == whole.digest)
    }
}
