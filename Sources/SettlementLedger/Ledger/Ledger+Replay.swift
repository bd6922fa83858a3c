/// What a restored snapshot already contains, part by part: each part was captured at a sequence of its own.
struct Recovery: Sendable {
    /// The sequence that has to come next; `nil`: any.
    var nextSequence: UInt64?
    /// By slot; empty once replay is past the whole snapshot.
    var capturedAccounts: [UInt64] = []
    /// Up to which sequence the keys are there.
    var keySequence: UInt64 = 0
    /// When the books, the last part, were captured.
    var booksSequence: UInt64 = 0
    /// The sequence of the section restored last.
    var lastSection: UInt64 = 0

    func isCaptured(_ slot: UInt32, at sequence: UInt64) -> Bool {
        slot < capturedAccounts.count && sequence <= capturedAccounts[Int(slot)]
    }
}

extension Ledger {
    /// Applies facts of the journal and decides nothing.
    ///
    /// - Parameter firstSequence: of the first of `entries`; calls follow each other without a gap. After a restored
    ///   snapshot the first is the one behind the sequence at which the snapshot began.
    /// - Throws: ``ReplayError``; then the ledger must be thrown away.
    public mutating func replay(_ entries: Span<Entry>, firstSequence: UInt64) throws(ReplayError) {
        if let expected = recovery.nextSequence, expected != firstSequence {
            throw ReplayError(sequence: firstSequence, reason: .sequenceGap(expected: expected))
        }
        var start = 0
        while start < entries.count {
            let end = min(start + Staging.width, entries.count)
            stage(entries, start..<end)
            for index in start..<end { try replay(entries[index], sequence: firstSequence + UInt64(index)) }
            start = end
        }
        let next = firstSequence + UInt64(entries.count)
        recovery.nextSequence = next
        if next > recovery.booksSequence { recovery.capturedAccounts = [] }
    }

    private mutating func replay(_ entry: Entry, sequence: UInt64) throws(ReplayError) {
        guard let kind = entry.kind else { throw ReplayError(sequence: sequence, reason: .unknownKind(entry.rawKind)) }
        let place: EntryPlace
        do throws(ReplayError.Reason) {
            place = try self.place(of: entry, kind, sequence: sequence)
        } catch {
            throw ReplayError(sequence: sequence, reason: error)
        }
        switch place {
        case .captured:
            break
        case .ledger:
            fold(entry, kind, slot: 0, bill: BillPool.none)
        case .account(let slot, let bill):
            fold(entry, kind, slot: slot, bill: bill)
            if sequence > recovery.booksSequence, let posting = entry.posting(kind) {
                balance.post(posting, currency: entry.rawCurrency)
            }
            if entry.flags.contains(.endsCommand) {
                _ = endCommand(slot, remembersKey: sequence > recovery.keySequence)
            }
        }
    }

    /// Where an entry belongs.
    private enum EntryPlace {
        /// In a part of the snapshot that has it already.
        case captured
        /// To no account.
        case ledger
        case account(slot: UInt32, bill: UInt32)
    }

    /// Finds what an entry is about and checks that it can be folded.
    private func place(
        of entry: Entry,
        _ kind: Entry.Kind,
        sequence: UInt64
    ) throws(ReplayError.Reason) -> EntryPlace {
        switch kind {
        case .monthCheckpoint:
            return .ledger
        case .nameInterned, .continuation:
            try checkName(entry, kind)
            return .ledger
        default:
            break
        }
        if entry.amount < 0 { throw .impossible("an amount of \(entry.amount)") }
        guard let slot = slot(of: entry.account) else {
            guard kind == .accountOpened else { throw .unknownAccount(AccountID(entry.account)) }
            if Currency(rawValue: entry.rawCurrency) == nil { throw .impossible("currency \(entry.rawCurrency)") }
            return .account(slot: accountCount, bill: BillPool.none)
        }
        if recovery.isCaptured(slot, at: sequence) { return .captured }
        if kind == .accountOpened { throw .accountExists(AccountID(entry.account)) }
        if entry.rawCurrency != accounts[slot].rawCurrency {
            throw .impossible("currency \(entry.rawCurrency) in an account of \(accounts[slot].currency.code)")
        }
        return .account(slot: slot, bill: try billPlace(of: entry, kind, slot: slot))
    }

    /// The place of the bill that the entry is about, if it is about one; checks amounts against bill and account.
    @inline(__always)
    private func billPlace(
        of entry: Entry,
        _ kind: Entry.Kind,
        slot: UInt32
    ) throws(ReplayError.Reason) -> UInt32 {
        switch kind {
        case .billIssued:
            if openBill(BillID(entry.bill), of: slot) != nil { throw .billExists(BillID(entry.bill)) }
            if entry.region >= 64 { throw .impossible("region \(entry.region)") }
            return BillPool.none
        case .billFraction, .roundedDown, .adjusted, .chargedOff, .writtenOff, .writtenOffFromRefunds,
            .writtenOffFromFund:
            guard let place = openBill(BillID(entry.bill), of: slot) else { throw .billNotOpen(BillID(entry.bill)) }
            if entry.amount > bills[place].outstanding {
                throw .impossible("\(entry.amount) applied to \(bills[place].outstanding) outstanding")
            }
            try checkFunds(entry, kind, slot: slot)
            return place
        case .withdrawn, .fundExpired:
            try checkFunds(entry, kind, slot: slot)
            return BillPool.none
        case .fundGranted:
            guard let fund = entry.fund, attributes[slot]?.fund(fund.id) == nil else {
                throw .impossible("fund \(entry.bill) of kind \(entry.month & 0xff)")
            }
            return BillPool.none
        case .standingChanged:
            guard let change = entry.standingChange, change.standing.epoch == accounts[slot].epoch + 1 else {
                throw .impossible("state \(entry.product), epoch \(entry.bill) after epoch \(accounts[slot].epoch)")
            }
            return BillPool.none
        case .monthClosed:
            let sum = frozen(of: slot, through: entry.month)
            if entry.amount != sum { throw .impossible("\(entry.amount) become due of \(sum) frozen") }
            return BillPool.none
        default:
            return BillPool.none
        }
    }

    private func frozen(of slot: UInt32, through month: UInt16) -> Int64 {
        var sum: Int64 = 0
        var place = accounts[slot].frozenHead
        while place != BillPool.none, bills[place].month <= month {
            sum += bills[place].outstanding
            place = bills[place].next
        }
        return sum
    }

    @inline(__always)
    private func checkFunds(_ entry: Entry, _ kind: Entry.Kind, slot: UInt32) throws(ReplayError.Reason) {
        switch kind {
        case .writtenOff, .withdrawn:
            let cash = accounts[slot].cash
            if entry.amount > cash { throw .impossible("\(entry.amount) paid from \(cash) in cash") }
        case .writtenOffFromRefunds:
            let book = attributes[slot]?.refundBooks.first { UInt64($0.month.rawValue) == entry.keyLow }
            if entry.amount > book?.amount ?? 0 { throw .impossible("\(entry.amount) paid from a smaller refund book") }
        case .writtenOffFromFund, .fundExpired:
            let fund = attributes[slot]?.fund(FundID(kind == .fundExpired ? entry.bill : entry.keyLow))
            guard let fund, fund.kind == entry.fundKind, entry.amount <= fund.amount.minorUnits else {
                throw .impossible("\(entry.amount) taken from a fund that does not hold it")
            }
        default:
            break
        }
    }

    private func checkName(_ entry: Entry, _ kind: Entry.Kind) throws(ReplayError.Reason) {
        if (kind == .continuation) != (partialName != nil) { throw .impossible("a name cut short") }
        if kind == .nameInterned, !(1...Int64(Self.maximumNameBytes)).contains(entry.amount) {
            throw .impossible("a name of \(entry.amount) bytes")
        }
    }
}
