import SettlementLedger
import Testing

/// The ledger against the naive model: every outcome, every figure of the account, every open bill.
@Suite struct ModelTests {
    static let commandCount =
        ProcessSettings.isLong ? 1_000_000 : 100_000

    @Test(arguments: [UInt64(1), 2, 3, 4])
    func everyOutcomeAndFigureAgrees(seed: UInt64) throws {
        var source = CommandSource(seed: seed)
        var model = NaiveModel()
        let floor: Int64 = seed == 2 ? 100 : 0
        model.keyRetention = seed == 3 ? 50 : .max
        model.restartNeedsMoreThan = { _ in floor }
        model.openBillsMax = seed == 4 ? 3 : 30_000
        var policy = LedgerPolicy(
            restartFloor: Dictionary(uniqueKeysWithValues: Currency.allCases.map { ($0, Amount(minorUnits: floor)) }),
            keyRetention: seed == 3 ? 50 : 1 << 20
        )
        policy.openBillsMax = model.openBillsMax
        var ledger = Ledger(policy: policy)
        var entries: [Entry] = []
        // The bound on open bills is met with one seed only, so that the others have long queues. Nobody collects
        // 64 funds by chance.
        var refusals: Set<Refusal> = seed == 4 ? [.tooManyFunds] : [.tooManyOpenBills, .tooManyFunds]
        for step in 0..<Self.commandCount / 4 {
            let command = source.next()
            let outcome = ledger.apply(command, into: &entries)
            let expected = model.apply(command)
            try #require(outcome == expected, "seed \(seed), step \(step): \(command)")
            if let refusal = outcome.refusal { refusals.insert(refusal) }
            let view = ledger.account(command.account)
            try #require(view == model.view(of: command.account), "seed \(seed), step \(step): \(command)")
            let funds = ledger.funds(of: command.account)
            let held = model.accounts[command.account] == nil ? [] : model.fundsInOrder(command.account)
            try #require(funds == held, "seed \(seed), step \(step): \(command)")
            let open = ledger.openBills(of: command.account)
            try #require(open == model.openBills(of: command.account), "seed \(seed), step \(step): \(command)")
            if step % 1_000 == 0 {
                let audit = ledger.audit()
                try #require(audit.conserved, "seed \(seed), step \(step): \(audit.findings)")
            }
        }
        #expect(refusals == Set(Refusal.allCases), "some refusals were never met")
        let used = Set(entries.compactMap { $0.kind == .writtenOffFromFund ? $0.keyHigh : nil })
        #expect(used.count == Fund.Kind.allCases.count, "of vouchers, cards and notes some never paid")
        try expectReplayGivesTheSame(ledger, entries: entries, policy: policy)
    }

    /// A batch is staged in groups; accounts opened, bills issued and keys used inside a group count for what follows.
    @Test(arguments: [1, 31, 32, 33, 500]) func aBatchDoesWhatItsCommandsDoOneByOne(size: Int) {
        var source = CommandSource(seed: 9)
        var batched = Ledger()
        var single = Ledger()
        var (entries, expectedEntries): ([Entry], [Entry]) = ([], [])
        var (outcomes, expected): ([Outcome], [Outcome]) = ([], [])
        for _ in 0..<2_000 / size {
            let commands = (0..<size).map { _ in source.next() }
            batched.apply(commands, into: &entries, outcomes: &outcomes)
            for command in commands { expected.append(single.apply(command, into: &expectedEntries)) }
        }
        #expect(outcomes == expected)
        #expect(entries == expectedEntries)
    }

    private func expectReplayGivesTheSame(_ live: borrowing Ledger, entries: [Entry], policy: LedgerPolicy) throws {
        var replayed = Ledger(policy: policy)
        let cut = entries.count / 3
        try replayed.replay(Array(entries[..<cut]).span, firstSequence: 1)
        try replayed.replay(Array(entries[cut...]).span, firstSequence: UInt64(cut) + 1)
        let digests = (live.digest(), replayed.digest())
        #expect(digests.0 == digests.1)
        let audits = (live.audit(), replayed.audit())
        #expect(audits.0 == audits.1)
        #expect(audits.1.conserved)
    }
}

extension NaiveModel {
    func view(of id: AccountID) -> AccountView? {
        accounts[id].map { account in
            AccountView(
                id: id,
                currency: account.currency,
                cash: Amount(minorUnits: account.cash),
                frozen: Amount(minorUnits: frozen(id)),
                creditLimit: Amount(minorUnits: account.creditLimit),
                refunds: Amount(minorUnits: account.refunds.values.reduce(0, +)),
                openDue: Amount(minorUnits: due(id)),
                openCount: account.bills.count,
                availableCredit: Amount(minorUnits: credit(id)),
                standing: account.standing,
                regions: account.regions,
                autoWriteOff: account.automatic,
                deferral: account.deferral,
                vouchers: Amount(minorUnits: held(id, .voucher)),
                cards: Amount(minorUnits: held(id, .storedValueCard)),
                notes: Amount(minorUnits: held(id, .note))
            )
        }
    }

    func openBills(of id: AccountID) -> [BillView] {
        guard accounts[id] != nil else { return [] }
        return (sorted(id, frozen: false) + sorted(id, frozen: true)).map {
            BillView(bill: $0.bill, outstanding: Amount(minorUnits: $0.outstanding), isFrozen: $0.isFrozen)
        }
    }
}
