import SettlementLedger
import Testing

@Suite struct RefusalTests {
    static let unknown = AccountID(99)
    static let bill = Bill(
        id: BillID(1),
        month: Month(rawValue: Bench.month.rawValue + 1),
        product: ProductCode(0),
        region: RegionID(0),
        created: Bench.now,
        amount: .zero
    )

    /// Each row breaks two rules or more: the first in the order of ``Refusal`` is the answer.
    static let rows: [(Operation, AccountID?, Refusal)] = [
        (.recharge(.zero), unknown, .unknownAccount),
        (.openAccount(currency: .cny, creditLimit: units(-1)), nil, .accountExists),
        (.openAccount(currency: .cny, creditLimit: units(-1)), unknown, .invalidCreditLimit),
        (.recharge(.zero), nil, .invalidAmount),
        (.recharge(units(-1)), nil, .invalidAmount),
        (.recharge(units(.max)), nil, .overflow),
        (.issueBill(bill), nil, .invalidAmount),
        (.issueBill(changed { $0.fraction = 1_000_000_000_000_000_000 }), nil, .invalidAmount),
        (.issueBill(changed { $0.amount = units(.max) }), nil, .monthNotOver),
        (.issueBill(changed { ($0.amount, $0.month) = (units(.max), Bench.month) }), nil, .billExists),
        (
            .issueBill(changed { ($0.amount, $0.month, $0.id) = (units(.max), Bench.month, BillID(5)) }), nil,
            .overflow
        ),
        (.writeOff(BillID(2)), nil, .billNotOpen),
        (.writeOff(BillID(3)), nil, .billNotOpen),
        (.writeOff(BillID(1)), nil, .insufficientFunds),
        (.setCreditLimit(units(-1)), nil, .invalidCreditLimit),
        (.setCreditLimit(units(.max)), nil, .overflow),
        (.setAutomaticWriteOff(false), nil, .creditCustomersOnly),
        (.setDeferral(Deferral(quota: units(-1))), nil, .invalidAmount),
        (.refund(.zero, month: Bench.month.next), nil, .invalidAmount),
        (.refund(units(.max), month: Bench.month.next), nil, .monthNotOver),
        (.refund(units(.max), month: Bench.month), nil, .overflow),
        (.adjust(BillID(2), by: .zero), nil, .invalidAmount),
        (.adjust(BillID(2), by: units(999)), nil, .billNotOpen),
        (.adjust(BillID(1), by: units(999)), nil, .exceedsOutstanding),
        (.chargeOff(BillID(2)), nil, .billNotOpen),
        (.withdraw(.zero), nil, .invalidAmount),
        (.withdraw(units(1)), nil, .insufficientFunds),
        (.closeMonth(Bench.month), nil, .monthNotOver),
    ]

    static func changed(_ change: (inout Bill) -> Void) -> Bill {
        var bill = bill
        change(&bill)
        return bill
    }

    @Test(arguments: rows.indices)
    func theFirstReasonIsTheAnswerAndNothingChanges(row: Int) {
        let (operation, account, refusal) = Self.rows[row]
        let bench = Bench()
        bench.apply(.openAccount(currency: .cny, creditLimit: .zero), account: AccountID(8))
        bench.bill(1, 100, monthsAgo: 0)
        bench.recharge(50)
        let other = bench.account
        bench.account = AccountID(8)
        bench.bill(3, 5, monthsAgo: 0)
        bench.account = other
        let (digest, entries) = (bench.digest, bench.entries.count)
        let outcome = bench.apply(operation, key: 77, account: account)
        #expect(outcome.refusal == refusal)
        #expect(outcome.availableCredit == (account == nil ? units(-50) : .zero))
        #expect(bench.digest == digest)
        #expect(bench.entries.count == entries)
        // The key is still free.
        #expect(bench.recharge(1, key: 77).refusal == nil)
    }

    @Test func aUsedKeyIsLookedAtBeforeAnythingElse() {
        let bench = Bench()
        bench.recharge(1, key: 5)
        #expect(bench.apply(.recharge(.zero), key: 5, account: Self.unknown).refusal == .keyReused)
    }
}
