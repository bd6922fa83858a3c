import SettlementLedger
import Testing

@Suite struct WriteOffTests {
    @Test func billsAreWrittenOffByMonthLineCreationAndId() {
        let bench = Bench()
        bench.bill(1, 10, monthsAgo: 1, created: 5)
        bench.bill(2, 10, monthsAgo: 2, line: .marketplace, created: 1)
        bench.bill(9, 10, monthsAgo: 2, created: 3)
        bench.bill(4, 10, monthsAgo: 2, created: 3)
        bench.bill(5, 10, monthsAgo: 2, created: 2)
        bench.bill(6, 10, monthsAgo: 3, line: .marketplace, created: 9)
        #expect(bench.open == ["6: 10", "5: 10", "4: 10", "9: 10", "2: 10", "1: 10"])
        for closed in 1...6 {
            #expect(bench.recharge(10).billsWrittenOff == 1)
            #expect(bench.open.count == 6 - closed)
        }
    }

    @Test func theLastReachableBillIsPaidInPart() {
        let bench = Bench()
        bench.bill(1, 100, monthsAgo: 2)
        bench.bill(2, 100, monthsAgo: 1)
        let outcome = bench.recharge(130)
        #expect(outcome.billsWrittenOff == 1)
        #expect(outcome.amountWrittenOff == units(130))
        #expect(bench.open == ["2: 70"])
        #expect(bench.view.cash == .zero)
    }

    @Test func aRechargeThatPaysOneBillIsTwoEntries() {
        let bench = Bench(creditLimit: 100)
        bench.bill(1, 40)
        #expect(bench.kinds { bench.recharge(40) } == [.recharged, .writtenOff])
        #expect(bench.entries.last?.flags.contains(.endsCommand) == true)
        #expect(bench.entries.dropLast().last?.flags.contains(.endsCommand) == false)
    }

    @Test func creditIsNotSpentOnBills() {
        let bench = Bench(creditLimit: 100)
        bench.bill(1, 40)
        #expect(bench.open == ["1: 40"])
        #expect(bench.standing == .good(0))
        #expect(bench.view.availableCredit == units(60))
    }

    /// Automatic write-off goes on while cash + credit limit − frozen is above zero.
    @Test(arguments: [
        (limit: Int64(0), frozen: Int64(30), paid: Int64(70)), (0, 100, 0), (0, 130, 0), (50, 130, 20), (50, 20, 100),
    ])
    func frozenBillsHoldCashBack(limit: Int64, frozen: Int64, paid: Int64) {
        let bench = Bench(creditLimit: limit)
        bench.bill(1, 500)
        bench.bill(2, frozen, monthsAgo: 0)
        #expect(bench.recharge(100).amountWrittenOff == units(paid))
        #expect(bench.view.cash == units(100 - paid))
    }

    @Test func aChosenBillIsPaidInFullOrNotAtAll() {
        let bench = Bench()
        bench.recharge(100)
        bench.bill(1, 80, monthsAgo: 0)
        bench.bill(2, 50, monthsAgo: 0)
        #expect(bench.view.availableCredit == units(-30))
        #expect(bench.apply(.writeOff(BillID(1))).refusal == .insufficientFunds)
        bench.recharge(10)
        #expect(bench.apply(.writeOff(BillID(2))).refusal == .insufficientFunds)
        #expect(bench.apply(.writeOff(BillID(1))).refusal == .insufficientFunds)
        bench.recharge(30)
        let outcome = bench.apply(.writeOff(BillID(1)))
        #expect(outcome.refusal == nil)
        #expect(outcome.billsWrittenOff == 1)
        #expect(outcome.amountWrittenOff == units(80))
        #expect(bench.open == ["2: 50"])
        #expect(bench.view.frozen == units(50))
    }

    @Test func aChosenLaterBillMayBePaidBeforeAnEarlierOne() {
        let bench = Bench(creditLimit: 1)
        bench.apply(.setAutomaticWriteOff(false))
        bench.bill(1, 100, monthsAgo: 2)
        bench.bill(2, 30, monthsAgo: 1)
        bench.recharge(40)
        #expect(bench.open == ["1: 100", "2: 30"])
        #expect(bench.apply(.writeOff(BillID(2))).billsWrittenOff == 1)
        #expect(bench.open == ["1: 100"])
        #expect(bench.apply(.setAutomaticWriteOff(true)).amountWrittenOff == units(10))
        #expect(bench.open == ["1: 90"])
    }

    @Test func withoutALimitAutomaticWriteOffCannotStayOff() {
        let bench = Bench(creditLimit: 10)
        bench.apply(.setAutomaticWriteOff(false))
        bench.bill(1, 30)
        bench.recharge(31)
        #expect(bench.open == ["1: 30"])
        #expect(
            bench.kinds { bench.apply(.setCreditLimit(.zero)) }
                == [.creditLimitSet, .automaticWriteOffSet, .writtenOff, .standingChanged]
        )
        #expect(bench.view.autoWriteOff)
        #expect(bench.standing == .good(2))
    }

    @Test func aRefundPaysOnlyBillsOfItsMonthOrLaterAndBeforeCash() {
        let bench = Bench()
        bench.bill(1, 50, monthsAgo: 3)
        bench.bill(2, 50, monthsAgo: 2)
        bench.bill(3, 50, monthsAgo: 1)
        let month = Month(rawValue: Bench.month.rawValue - 2)
        #expect(bench.apply(.refund(units(70), month: month)).billsWrittenOff == 1)
        #expect(bench.open == ["1: 50", "3: 30"])
        #expect(bench.view.refunds == .zero)
        bench.apply(.refund(units(10), month: Bench.month))
        #expect(bench.open == ["1: 50", "3: 30"])
        #expect(bench.view.refunds == units(10))
        bench.recharge(85)
        #expect(bench.view.cash == units(5))
        #expect(bench.view.refunds == units(10))
        #expect(bench.audit.findings == [])
    }

    @Test func refundBooksAreUsedEarliestFirst() {
        let bench = Bench()
        for monthsAgo: UInt16 in [0, 2, 1] {
            bench.apply(.refund(units(10), month: Month(rawValue: Bench.month.rawValue - monthsAgo)))
        }
        bench.bill(1, 15, monthsAgo: 1)
        let used = bench.entries.filter { $0.kind == .writtenOffFromRefunds }.map {
            Int(Bench.month.rawValue) - Int($0.keyLow)
        }
        #expect(used == [2, 1])
        #expect(bench.view.refunds == units(15))
        #expect(bench.open == [])
    }

    @Test func withdrawalLeavesWhatIsFrozenOrOwed() {
        let bench = Bench(creditLimit: 100)
        bench.recharge(100)
        bench.bill(1, 30, monthsAgo: 0)
        #expect(bench.apply(.withdraw(units(71))).refusal == .insufficientFunds)
        #expect(bench.apply(.withdraw(units(70))).refusal == nil)
        bench.bill(2, 20)
        #expect(bench.apply(.withdraw(units(1))).refusal == .insufficientFunds)
        #expect(bench.audit.findings == [])
    }
}
