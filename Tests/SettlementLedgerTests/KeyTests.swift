import SettlementLedger
import Testing

@Suite struct KeyTests {
    /// One command of each kind that carries a body.
    static let operations: [Operation] = [
        .recharge(units(10)), .withdraw(units(10)), .writeOff(BillID(1)), .setCreditLimit(units(10)),
        .setAutomaticWriteOff(true), .setDeferral(Deferral(quota: units(10))), .clearDeferral,
        .refund(units(10), month: Bench.month), .adjust(BillID(1), by: units(10)), .chargeOff(BillID(1)),
        .closeMonth(Bench.month.previous), .reassess, .issueBill(RefusalTests.changed(settle)),
        .openAccount(currency: .cny, creditLimit: units(10)), .expireFunds,
        .grantFund(
            Fund(id: FundID(1), kind: .voucher, amount: units(10), expiry: Bench.hours(9), product: ProductCode(1))
        ), .grantFund(Fund(id: FundID(1), kind: .storedValueCard, amount: units(10))),
    ]

    private static func settle(_ bill: inout Bill) {
        bill.month = Bench.month
        bill.amount = units(10)
        bill.id = BillID(2)
        bill.fraction = 5
    }

    @Test(arguments: operations)
    func theSameRequestHasOneEffectAndOneOutcome(_ operation: Operation) throws {
        let bench = Bench()
        bench.recharge(1_000)
        bench.bill(1, 60, monthsAgo: 0)
        if case .openAccount = operation { bench.account = AccountID(55) }
        let outcome = bench.apply(operation, key: 9)
        #expect(outcome.refusal == nil)
        let (digest, entries) = (bench.digest, bench.entries)
        bench.time.rawValue += 5
        #expect(bench.apply(operation, key: 9) == outcome)
        #expect(bench.digest == digest)
        #expect(bench.entries.count == entries.count)
        for other in Self.operations where other != operation {
            #expect(bench.apply(other, key: 9).refusal == .keyReused)
        }
        // Replay knows the key, the request and the outcome as well.
        var replayed = Ledger()
        try replayed.replay(entries.span, firstSequence: 1)
        let key = IdempotencyKey(high: 9, low: 0)
        let again = replayed.apply(
            Command(operation, account: bench.account, time: bench.time, key: key),
            into: &bench.entries
        )
        #expect(again == outcome)
        let reused = replayed.apply(
            Command(.recharge(units(11)), account: bench.account, time: bench.time, key: key),
            into: &bench.entries
        )
        #expect(reused.refusal == .keyReused)
    }

    static let differences: [@Sendable (inout Bill) -> Void] = [
        { $0.fraction = 6 }, { $0.amount = units(11) }, { $0.id = BillID(3) }, { $0.line = .marketplace },
        { $0.region = RegionID(1) }, { $0.product = ProductCode(1) }, { $0.month = Bench.month.previous },
        { $0.created = Timestamp(rawValue: 1) },
    ]

    @Test(arguments: differences.indices) func anyDifferenceInTheBodyIsAnotherRequest(_ difference: Int) {
        let bench = Bench()
        var bill = RefusalTests.changed(Self.settle)
        bench.apply(.issueBill(bill), key: 9)
        Self.differences[difference](&bill)
        #expect(bench.apply(.issueBill(bill), key: 9).refusal == .keyReused)
    }

    @Test func theOldestKeyIsForgottenFirst() {
        let bench = Bench(policy: LedgerPolicy(keyRetention: 3))
        for key: UInt64 in 1...4 { bench.recharge(1, key: key) }
        #expect(bench.view.cash == units(4))
        for key: UInt64 in 2...4 { bench.recharge(1, key: key) }
        #expect(bench.view.cash == units(4))
        bench.recharge(1, key: 1)
        #expect(bench.view.cash == units(5))
        bench.recharge(1, key: 3)
        #expect(bench.view.cash == units(5))
        bench.recharge(1, key: 2)
        #expect(bench.view.cash == units(6))
    }
}
