import Testing

@testable import SettlementLedger

/// Bills are found by their ids, however many an account has: few by a walk, many by the index.
@Suite struct OpenBillsTests {
    /// Up and down across the border between both, with bills that are due and bills that are frozen.
    @Test func everyOpenBillIsFoundAndNoOther() {
        var random = SplitMix64(seed: 3)
        let bench = Bench(creditLimit: 1_000_000)
        var open: Set<UInt64> = []
        var next: UInt64 = 1
        var indexed = 0
        for step in 0..<1_000 {
            let target = [0, 7, 8, 9, 10, 30][step / 40 % 6]
            if open.count < target {
                bench.bill(next, 10, monthsAgo: random.chance(30) ? 0 : Int.random(in: 1...3, using: &random))
                open.insert(next)
                next += 1
            } else if let chosen = open.sorted().randomElement(using: &random) {
                #expect(bench.apply(.adjust(BillID(chosen), by: units(10))).refusal == nil)
                open.remove(chosen)
            }
            indexed += bench.ledger.accounts[0].hasIndexedBills ? 1 : 0
            for id in open.union([1, next / 2, next]) {
                let place = bench.ledger.openBill(BillID(id), of: 0)
                #expect(place.map { bench.ledger.bills[$0].id } == (open.contains(id) ? id : nil))
            }
            if let chosen = open.first { #expect(bench.bill(chosen, 10).refusal == .billExists) }
        }
        #expect(bench.ledger.audit().findings.isEmpty)
        #expect((100...900).contains(indexed), "one of both ways was hardly met: \(indexed)")
    }

    @Test func theIndexIsLeftWithTheLastBill() {
        let bench = Bench()
        for id: UInt64 in 1...9 { bench.bill(id, 10) }
        #expect(bench.ledger.accounts[0].hasIndexedBills)
        bench.recharge(80)
        #expect(bench.open == ["9: 10"] && bench.ledger.accounts[0].hasIndexedBills)
        bench.recharge(10)
        #expect(bench.open.isEmpty && !bench.ledger.accounts[0].hasIndexedBills)
    }

    @Test func anAuditFindsWhatTheIndexDoesNot() {
        let bench = Bench()
        for id: UInt64 in 1...9 { bench.bill(id, 10) }
        #expect(bench.ledger.audit().findings.isEmpty)
        bench.ledger.bills[3].id = 77
        #expect(!bench.ledger.audit().findings.isEmpty)
    }

    /// The accounts of a shard do not know of each other: which of them share one must not matter.
    @Test(arguments: [1, 12]) func anIdMayBeOpenInTwoAccounts(count: UInt64) {
        let bench = Bench()
        let other = AccountID(8)
        bench.apply(.openAccount(currency: .cny, creditLimit: .zero), account: other)
        for id in 1...count {
            #expect(bench.bill(id, 10).refusal == nil)
            bench.account = other
            #expect(bench.bill(id, 20).refusal == nil)
            bench.account = AccountID(7)
        }
        #expect(bench.apply(.adjust(BillID(1), by: units(10))).refusal == nil)
        #expect(bench.apply(.adjust(BillID(1), by: units(20)), account: other).refusal == nil)
        #expect(bench.ledger.audit().findings.isEmpty)
    }
}
