import Testing

@testable import SettlementLedger

/// The short way of a recharge against the general one, and against folding each entry by itself: they must not differ in a
/// single bit.
@Suite struct RechargeTests {
    static let commandCount = ProcessSettings.isLong ? 2_000_000 : 200_000

    @Test(arguments: [UInt64(21), 22, 23, 24])
    func theShortWayWritesWhatTheGeneralWayWrites(seed: UInt64) throws {
        var source = CommandSource(seed: seed)
        let policy = LedgerPolicy(keyRetention: seed == 23 ? 50 : 1 << 20)
        var short = Ledger(policy: policy)
        var general = Ledger(policy: policy)
        var (entries, expectedEntries): ([Entry], [Entry]) = ([], [])
        var shortcuts = (all: 0, inPart: 0, ofSeveralBills: 0)
        for step in 0..<Self.commandCount / 4 {
            let command = plain(source.next(), &source.random)
            let slot = short.slot(of: command.account.rawValue)
            var (outcome, isShort) = (Outcome(), true)
            if let taken = settleRecharge(command, slot, in: &short, into: &entries) {
                outcome = taken
                shortcuts.all += 1
                if outcome.billsWrittenOff > 1 { shortcuts.ofSeveralBills += 1 }
                if let last = entries.last, last.kind == .writtenOff, last.detail > 0 { shortcuts.inPart += 1 }
            } else {
                outcome = short.applyAnything(command, slot: slot, into: &entries)
                isShort = false
            }
            let expected =
                isShort && step % 2 == 0
                ? general.rechargeByFolding(command, slot: slot!, into: &expectedEntries)
                : general.applyAnything(command, slot: slot, into: &expectedEntries)
            try #require(outcome == expected, "seed \(seed), step \(step): \(command)")
            try #require(entries == expectedEntries, "seed \(seed), step \(step): \(command)")
            entries.removeAll(keepingCapacity: true)
            expectedEntries.removeAll(keepingCapacity: true)
            if step % 10_000 == 0 { try expectSameState(short, general) }
        }
        try expectSameState(short, general)
        #expect(shortcuts.all > Self.commandCount / 40, "the short way is hardly met")
        #expect(shortcuts.inPart > 0 && shortcuts.ofSeveralBills > 0, "the short way is met in a few shapes only")
    }

    /// Takes most of what makes accounts unusual out of the commands.
    private func plain(_ command: Command, _ random: inout SplitMix64) -> Command {
        var command = command
        switch command.operation {
        case .openAccount(let currency, _) where random.chance(70):
            command.operation = .openAccount(currency: currency, creditLimit: units(20_000))
        case .setCreditLimit where random.chance(70):
            command.operation = .setCreditLimit(units(20_000))
        case .setDeferral, .refund, .grantFund, .setAutomaticWriteOff:
            if random.chance(90) { command.operation = .recharge(units(Int64.random(in: 1...500, using: &random))) }
        default:
            break
        }
        return command
    }

    private func settleRecharge(
        _ command: Command,
        _ slot: UInt32?,
        in ledger: inout Ledger,
        into entries: inout [Entry]
    ) -> Outcome? {
        guard case .recharge(let amount) = command.operation, let slot else { return nil }
        return ledger.settleRecharge(
            amount,
            key: command.key,
            keyHash: KeyTable.hash(command.key),
            slot: slot,
            at: command.time,
            into: &entries
        )
    }

    private func expectSameState(_ a: borrowing Ledger, _ b: borrowing Ledger) throws {
        let digests = (a.digest(), b.digest())
        try #require(digests.0 == digests.1)
        let audits = (a.audit(), b.audit())
        try #require(audits.0 == audits.1)
        try #require(audits.0.conserved, "\(audits.0.findings)")
    }
}

extension Ledger {
    /// A recharge of an account with nothing unusual, every payment written down here and folded alone.
    fileprivate mutating func rechargeByFolding(
        _ command: Command,
        slot: UInt32,
        into entries: inout [Entry]
    ) -> Outcome {
        let first = entries.count
        emit(Entry(bodyOf: command, currency: accounts[slot].rawCurrency), slot: slot, into: &entries)
        while accounts[slot].payableCash > 0, accounts[slot].dueHead != BillPool.none {
            let place = accounts[slot].dueHead
            let bill = bills[place]
            let amount = min(accounts[slot].payableCash, bill.outstanding)
            var paid = Entry(.writtenOff, account: bills[place].account == slot ? accounts[slot].id : 0, time: 0)
            paid.time = command.time.rawValue
            paid.rawCurrency = accounts[slot].rawCurrency
            paid.flags = bill.isMarketplace ? .marketplace : []
            (paid.region, paid.month, paid.product) = (bill.region, bill.month, bill.product)
            (paid.amount, paid.bill, paid.detail) = (amount, bill.id, UInt64(bill.outstanding - amount))
            emit(paid, slot: slot, bill: place, into: &entries)
        }
        return finish(slot, first: first, in: &entries)
    }
}
