import Testing

@testable import SettlementLedger

/// The audit must see every kind of damage.
@Suite struct AuditTests {
    private func ledger() -> Ledger {
        let bench = Bench(creditLimit: 5)
        bench.recharge(100)
        bench.apply(.refund(units(7), month: Bench.month))
        bench.grant(1, .voucher, 9, product: 3)
        bench.bill(1, 300, monthsAgo: 2)
        bench.bill(2, 20, monthsAgo: 1)
        bench.bill(3, 30, monthsAgo: 0, fraction: 9)
        bench.bill(4, 30, monthsAgo: 0, created: 1)
        return bench.ledger.copied(from: bench.entries)
    }

    @Test func aSoundLedgerHasNoFindings() {
        let audit = ledger().audit()
        #expect(audit.findings == [])
        #expect(audit.conserved)
        #expect((audit.accounts, audit.openBills, audit.arrears) == (1, 4, 1))
    }

    struct Damage: Sendable {
        var what: String
        var inflict: @Sendable (inout Ledger) -> Void
        init(_ what: String, _ inflict: @escaping @Sendable (inout Ledger) -> Void) {
            self.what = what
            self.inflict = inflict
        }
    }

    static let damages: [Damage] = [
        Damage("cash", { $0.accounts[0].cash += 1 }),
        Damage("negative cash", { $0.accounts[0].cash = -1 }),
        Damage("due", { $0.accounts[0].due -= 1 }),
        Damage("frozen", { $0.accounts[0].frozen += 1 }),
        Damage("count", { $0.accounts[0].openCount = 3 }),
        Damage("limit", { $0.accounts[0].creditLimit = -1 }),
        Damage("refund", { $0.attributes[0]?.add(1, month: Bench.month) }),
        Damage("voucher", { $0.attributes[0]?.take(1, from: FundID(1)) }),
        Damage(
            "two vouchers of a number",
            { $0.attributes[0]?.add(Fund(id: FundID(1), kind: .voucher, amount: units(1))) }
        ),
        Damage("flag", { $0.accounts[0].hasAttributes = false }),
        Damage("outstanding", { $0.bills[0].outstanding += 1 }),
        Damage("more than billed", { $0.bills[1].outstanding = 21 }),
        Damage("fraction", { $0.bills[2].fraction += 1 }),
        Damage("owner", { $0.bills[1].account = 3 }),
        Damage("order", { $0.bills[1].month = 1 }),
        Damage("link", { $0.bills[1].previous = 3 }),
        Damage("lost bill", { $0.accounts[0].frozenHead = BillPool.none }),
        Damage("endless queue", { $0.bills[1].next = 0 }),
        Damage("an id twice", { $0.bills[1].id = $0.bills[2].id }),
        Damage("account id", { $0.accounts[0].id = 77 }),
        Damage("posting", { $0.balance.post(Posting(debit: .bank, credit: .customerCash, units: 1), currency: 1) }),
        Damage(
            "fraction posting",
            { $0.balance.post(Posting(debit: .bank, credit: .unbilledReceivable, fraction: 1), currency: 1) }
        ),
        Damage("one-sided", { $0.balance.set(.bank, .cny, units: 1, fractions: 0) }),
        Damage("one-sided part", { $0.balance.set(.bank, .cny, units: 0, fractions: 1) }),
        Damage(
            "other currency",
            { $0.balance.post(Posting(debit: .bank, credit: .customerCash, units: 1), currency: 3) }
        ),
    ]

    @Test(arguments: damages)
    func damageIsFound(_ damage: Damage) {
        var ledger = ledger()
        damage.inflict(&ledger)
        let audit = ledger.audit()
        #expect(!audit.conserved, "\(damage.what) was not found")
    }

    @Test func auditsOfShardsAddUp() {
        let sum = ledger().audit() + ledger().audit()
        #expect((sum.accounts, sum.openBills, sum.arrears) == (2, 8, 2))
        #expect(sum.balance.units(.channelClearing, .cny) == 200)
    }
}

extension Ledger {
    /// A ledger of the same state, made from its journal.
    borrowing func copied(from entries: [Entry]) -> Ledger {
        var copy = Ledger(policy: policy)
        do { try copy.replay(entries.span, firstSequence: 1) } catch { preconditionFailure(error.description) }
        return copy
    }
}
