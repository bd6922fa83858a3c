import SettlementLedger
import Testing

@Suite struct MonthTests {
    @Test func billsOfTheCurrentMonthAreFrozenUntilItIsClosed() {
        let bench = Bench()
        bench.recharge(100)
        bench.bill(1, 60, monthsAgo: 0)
        #expect(bench.view.cash == units(100))
        #expect(bench.view.frozen == units(60))
        #expect(bench.view.availableCredit == units(40))
        #expect(bench.apply(.closeMonth(Bench.month)).refusal == .monthNotOver)
        bench.time = Bench.month.next.start(offsetMinutes: 480)
        let outcome = bench.apply(.closeMonth(Bench.month))
        #expect(outcome.billsWrittenOff == 1)
        #expect(bench.view.cash == units(40))
        #expect(bench.view.frozen == .zero)
        #expect(bench.view.availableCredit == units(40))
    }

    @Test func theMonthBeginsAtThePolicysOffset() {
        let bench = Bench(policy: LedgerPolicy(offsetMinutes: 480))
        bench.time = Bench.month.next.start(offsetMinutes: 480)
        #expect(bench.apply(.closeMonth(Bench.month)).refusal == nil)
        bench.time.rawValue -= 1
        #expect(bench.apply(.closeMonth(Bench.month)).refusal == .monthNotOver)
    }

    @Test func fractionsAreRoundedAwayWithALineOfTheirOwn() {
        let bench = Bench()
        bench.recharge(100)
        let kinds = bench.kinds { bench.bill(1, 20, monthsAgo: 1, fraction: 999) }
        #expect(kinds == [.billIssued, .billFraction, .roundedDown, .writtenOff])
        #expect(bench.kinds { bench.bill(2, 20, monthsAgo: 0, fraction: 5) } == [.billIssued, .billFraction])
        #expect(bench.openBills.first?.bill.fraction == 5)
        bench.time = Bench.month.next.start(offsetMinutes: 480)
        #expect(
            bench.kinds { bench.apply(.closeMonth(Bench.month)) } == [.roundedDown, .monthClosed, .writtenOff]
        )
        #expect(bench.view.cash == units(60))
        let audit = bench.audit
        #expect(audit.findings == [])
        #expect(audit.balance.fractions(.roundDown, .cny) == 1_004)
        #expect(audit.balance.units(.revenue, .cny) == -40)
    }

    @Test func aBillOfLessThanAUnitIsRoundedAwayWhole() {
        let bench = Bench()
        bench.bill(1, 0, monthsAgo: 0, fraction: 7)
        #expect(bench.open == ["1: 0"])
        bench.bill(2, 0, monthsAgo: 1, fraction: 7)
        #expect(bench.open == ["1: 0"])
        bench.time = Bench.month.next.start(offsetMinutes: 480)
        #expect(bench.apply(.closeMonth(Bench.month)).billsWrittenOff == 0)
        #expect(bench.open == [])
        #expect(bench.audit.findings == [])
    }

    @Test func aFrozenBillCanBePaidLoweredOrGivenUp() {
        let bench = Bench()
        bench.recharge(100)
        for id: UInt64 in 1...4 { bench.bill(id, 10, monthsAgo: 0, fraction: 3) }
        #expect(bench.apply(.writeOff(BillID(1))).billsWrittenOff == 1)
        #expect(bench.apply(.chargeOff(BillID(2))).refusal == nil)
        #expect(bench.apply(.adjust(BillID(3), by: units(10))).refusal == nil)
        #expect(bench.apply(.adjust(BillID(4), by: units(4))).refusal == nil)
        #expect(bench.open == ["4: 6"])
        #expect(bench.view.cash == units(90))
        #expect(bench.view.frozen == units(6))
        #expect(bench.audit.findings == [])
    }

    @Test func frozenBillsJoinLateBillsInWriteOffOrder() {
        let bench = Bench()
        bench.bill(1, 10, monthsAgo: 0, created: 1)
        bench.bill(3, 10, monthsAgo: 0, created: 3)
        bench.bill(5, 10, monthsAgo: 0, created: 5)
        bench.time = Bench.month.next.start(offsetMinutes: 480)
        bench.bill(2, 10, monthsAgo: 0, created: 2)
        bench.bill(4, 10, monthsAgo: 0, created: 4)
        bench.bill(6, 10, monthsAgo: -1, created: 0)
        #expect(bench.open == ["2: 10", "4: 10", "1: 10", "3: 10", "5: 10", "6: 10"])
        bench.apply(.closeMonth(Bench.month))
        #expect(bench.open == ["1: 10", "2: 10", "3: 10", "4: 10", "5: 10", "6: 10"])
        #expect(bench.audit.findings == [])
    }

    @Test func theBulkCloseDoesWhatTheCommandDoesAccountByAccount() {
        let policy = LedgerPolicy()
        let (single, bulk) = (Bench(policy: policy), Bench(policy: policy))
        for bench in [single, bulk] {
            for account: UInt64 in 100..<150 {
                bench.account = AccountID(account)
                bench.apply(.openAccount(currency: .usd, creditLimit: .zero))
                bench.recharge(25)
                for bill in 0..<account % 5 { bench.bill(account * 10 + bill, 10, monthsAgo: 0, fraction: bill) }
            }
            bench.time = Bench.month.next.start(offsetMinutes: 480)
        }
        for account: UInt64 in [7] + Array(100..<150) {
            single.apply(.closeMonth(Bench.month), account: AccountID(account))
        }
        var slot: UInt32 = 0
        var calls = 0
        var total = MonthCloseProgress(nextSlot: 0)
        while slot < bulk.ledger.accountCount {
            let progress = bulk.ledger.closeMonth(
                Bench.month,
                slots: slot..<100,
                at: bulk.time,
                writeOffLimit: 7,
                into: &bulk.entries
            )
            #expect(progress.billsWrittenOff < 7 + 4)
            slot = progress.nextSlot
            calls += 1
            total.billsWrittenOff += progress.billsWrittenOff
            total.accountsVisited += progress.accountsVisited
            total.billsLeftOpen += progress.billsLeftOpen
            total.amountWrittenOff += progress.amountWrittenOff
        }
        #expect(calls > 5)
        #expect(total.accountsVisited == 51)
        // Of 0, 1, 2, 3, 4 bills of 10 each, 25 pay 0, 1, 2, 2, 2 and a half.
        #expect(total.billsWrittenOff == 70)
        #expect(total.billsLeftOpen == 30)
        #expect(total.amountWrittenOff == units(800))
        #expect(bulk.digest == single.digest)
        #expect(bulk.entries == single.entries)
        let again = bulk.entries.count
        _ = bulk.ledger.closeMonth(
            Bench.month,
            slots: 0..<100,
            at: bulk.time,
            writeOffLimit: .max,
            into: &bulk.entries
        )
        #expect(bulk.entries.count == again)
    }

    @Test func checkpointsAreFactsAndSurviveReplay() throws {
        let bench = Bench()
        let before = bench.ledger.isCheckpointed(month: Bench.month, range: 3)
        #expect(!before)
        for range: UInt32 in [3, 1, 3] {
            bench.ledger.recordCheckpoint(month: Bench.month, range: range, at: bench.time, into: &bench.entries)
        }
        #expect(bench.entries.count == 3)
        var replayed = Ledger()
        try replayed.replay(bench.entries.span, firstSequence: 1)
        let found = (0..<5).map { replayed.isCheckpointed(month: Bench.month, range: $0) }
        #expect(found == [false, true, false, true, false])
        let other = replayed.isCheckpointed(month: Bench.month.next, range: 3)
        #expect(!other)
    }
}
