import SettlementLedger
import Testing

/// Vouchers, cards, refund books, notes and cash: which of them pays what, in which order. Each rule by hand.
@Suite struct FundTests {
    @Test func theBooksPayInTheirOrder() {
        let bench = Bench()
        bench.apply(.setCreditLimit(units(1_000)))
        bench.apply(.setAutomaticWriteOff(false))
        bench.recharge(100)
        bench.grant(1, .note, 10)
        bench.apply(.refund(units(10), month: Bench.month))
        bench.apply(.refund(units(10), month: Bench.month.previous))
        bench.grant(2, .storedValueCard, 10)
        bench.grant(3, .voucher, 10)
        bench.bill(1, 55, monthsAgo: 0)
        let payments = bench.payments { bench.apply(.writeOff(BillID(1))) }
        #expect(
            payments == [
                "fund 3: 10", "fund 2: 10", "refunds 2026-10: 10", "refunds 2026-11: 10", "fund 1: 10", "cash: 5",
            ]
        )
        #expect(bench.audit.conserved)
    }

    @Test func whatExpiresFirstPaysFirstAndWhatIsDedicatedBeforeWhatIsNot() {
        let bench = Bench()
        bench.grant(1, .storedValueCard, 10, hours: 1)
        bench.grant(2, .voucher, 10)
        bench.grant(3, .voucher, 10, hours: 9)
        bench.grant(4, .voucher, 10, hours: 5)
        bench.grant(5, .voucher, 10, hours: 9, product: 1)
        bench.grant(6, .voucher, 10, hours: 1, product: 2)
        bench.grant(7, .voucher, 10, hours: 5)
        let payments = bench.payments { bench.bill(1, 55, monthsAgo: 0) }
        #expect(
            payments == ["fund 4: 10", "fund 7: 10", "fund 5: 10", "fund 3: 10", "fund 2: 10", "fund 1: 5"]
        )
        #expect(
            bench.funds == ["6: 10", "1: 5"],
            "what is left waits for the next bill, what is for another product too"
        )
        #expect(bench.openBills.isEmpty && bench.view.frozen == .zero)
        #expect(bench.audit.conserved)
    }

    @Test func aVoucherPaysInPartAndKeepsTheRest() {
        let bench = Bench()
        bench.grant(1, .voucher, 100)
        #expect(bench.payments { bench.bill(1, 30, monthsAgo: 0) } == ["fund 1: 30"])
        #expect(bench.payments { bench.bill(2, 90, monthsAgo: 0) } == ["fund 1: 70"])
        #expect(bench.open == ["2: 20"] && bench.funds == [])
        #expect(bench.view.availableCredit == units(-20))
    }

    @Test func vouchersAndCardsPayNoOtherMonth() {
        let bench = Bench()
        bench.grant(1, .voucher, 100)
        bench.grant(2, .storedValueCard, 100)
        #expect(bench.payments { bench.bill(1, 50) } == [])
        #expect(bench.standing == .arrears(1), "vouchers are no credit")
        #expect(bench.view.availableCredit == units(-50) && bench.view.displayedCredit == units(150))
        #expect(bench.apply(.writeOff(BillID(1))).refusal == .insufficientFunds)
        // Not even a bill of the month in which they were granted, once that is over.
        bench.apply(.setCreditLimit(units(1_000)))
        bench.apply(.setAutomaticWriteOff(false))
        bench.bill(2, 50, monthsAgo: 0)
        bench.time = Bench.month.next.start(offsetMinutes: 480)
        #expect(bench.apply(.writeOff(BillID(2))).refusal == .insufficientFunds)
        bench.time.rawValue -= 1
        #expect(bench.payments { bench.apply(.writeOff(BillID(2))) } == ["fund 1: 50"])
    }

    @Test func aVoucherThatComesLaterPaysEarlierBillsByHand() {
        let bench = Bench()
        bench.bill(1, 40, monthsAgo: 0)
        #expect(bench.standing == .arrears(1))
        #expect(bench.payments { bench.grant(1, .voucher, 50) } == [])
        #expect(bench.payments { bench.apply(.writeOff(BillID(1))) } == ["fund 1: 40"])
        bench.recharge(1)
        #expect(bench.standing == .good(2))
    }

    @Test func notesPayArrearsBeforeCashAndAreCredit() {
        let bench = Bench()
        bench.recharge(30)
        bench.grant(7, .note, 40)
        #expect(bench.view.availableCredit == units(70))
        #expect(bench.payments { bench.bill(1, 50) } == ["fund 7: 40", "cash: 10"])
        bench.bill(2, 100)
        #expect(bench.standing == .arrears(1))
        #expect(bench.payments { bench.grant(9, .note, 81) } == ["fund 9: 80"], "a note that comes in is a payment")
        #expect(bench.standing == .good(2))
        #expect(bench.audit.conserved)
    }

    @Test func onlyCashLeavesTheAccount() {
        let bench = Bench()
        bench.recharge(20)
        bench.grant(1, .note, 40)
        bench.grant(2, .voucher, 40)
        bench.grant(3, .storedValueCard, 40)
        bench.apply(.refund(units(40), month: Bench.month))
        #expect(bench.apply(.withdraw(units(21))).refusal == .insufficientFunds)
        #expect(bench.apply(.withdraw(units(20))).refusal == nil)
        #expect(bench.funds == ["2: 40", "3: 40", "1: 40"])
    }

    @Test func theFractionOfABillThatVouchersPayIsGivenAway() {
        let bench = Bench()
        bench.grant(1, .voucher, 60)
        bench.bill(1, 50, monthsAgo: 0, fraction: 5)
        #expect(bench.openBills.isEmpty)
        // Of a bill that is nothing but a fraction, or not paid completely, the end of the month decides.
        bench.bill(2, 0, monthsAgo: 0, fraction: 5)
        bench.bill(3, 50, monthsAgo: 0, fraction: 5)
        #expect(bench.openBills.map(\.bill.fraction) == [5, 5] && bench.funds == [])
        #expect(bench.audit.conserved)
    }

    @Test func creditCustomersChooseThemselves() {
        let bench = Bench(creditLimit: 1_000)
        bench.apply(.setAutomaticWriteOff(false))
        bench.grant(1, .voucher, 100)
        #expect(bench.payments { bench.bill(1, 50, monthsAgo: 0) } == [])
        #expect(bench.payments { bench.apply(.writeOff(BillID(1))) } == ["fund 1: 50"])
    }

    @Test func refusesWhatIsNoFund() {
        let bench = Bench()
        #expect(bench.grant(1, .voucher, 0).refusal == .invalidAmount)
        #expect(bench.grant(1, .voucher, 5, hours: 0).refusal == .invalidFund)
        #expect(bench.grant(1, .note, 5, hours: 3).refusal == .invalidFund)
        #expect(bench.grant(1, .note, 5, product: 3).refusal == .invalidFund)
        #expect(bench.grant(1, .voucher, 5).refusal == nil)
        #expect(bench.grant(1, .note, 5).refusal == .fundExists)
        #expect(bench.grant(2, .voucher, .max).refusal == .overflow)
        for id in 2...64 as ClosedRange<UInt64> { #expect(bench.grant(id, .voucher, 1).refusal == nil) }
        #expect(bench.grant(65, .voucher, 1).refusal == .tooManyFunds)
        #expect(bench.audit.conserved)
    }

    @Test func eachBookHasItsPostings() {
        let bench = Bench()
        bench.grant(1, .voucher, 10)
        bench.grant(2, .storedValueCard, 20)
        bench.grant(3, .note, 30)
        func books() -> [Int128] {
            let accounts: [ChartAccount] = [
                .vouchers, .storedValueCards, .noteBooks, .promotion, .channelClearing, .revenue,
            ]
            return accounts.map { bench.audit.balance.units($0, .cny) }
        }
        #expect(books() == [-10, -20, -30, 10, 50, 0])
        bench.bill(1, 45, monthsAgo: 0)
        #expect(books() == [0, 0, -30, 10, 50, -45])
        bench.recharge(15)
        bench.apply(.writeOff(BillID(1)))
        #expect(books() == [0, 0, -15, 10, 65, -45])
    }
}
