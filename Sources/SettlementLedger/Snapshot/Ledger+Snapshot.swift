extension Ledger {
    /// First byte of every section; changes with the format.
    static var sectionFormat: UInt8 { 1 }

    /// Captures the next piece of a snapshot as it is after entry `sequence`.
    ///
    /// A snapshot is taken in pieces between batches, so nothing waits for the whole of it: accounts with their bills
    /// first, then names, then keys, then the books. Replay starts behind the sequence of the *first* section; each section
    /// remembers its own, and an entry is folded into a part only if it is later than that part's capture.
    /// - Parameters:
    ///   - sequence: of the last entry that this ledger has written; does not fall from one section to the next.
    ///   - accounts: how many account slots, names or keys to capture at most; at least 1.
    ///   - bytes: the section is appended.
    /// - Precondition: `cursor` is not complete.
    /// - Complexity: O(accounts captured + their bills).
    public func snapshotSection(
        from cursor: inout SnapshotCursor,
        sequence: UInt64,
        accounts: Int,
        into bytes: inout [UInt8]
    ) {
        guard let part = cursor.part else { preconditionFailure("the snapshot is complete") }
        precondition(accounts > 0, "a section holds at least one account")
        var writer = ByteWriter(bytes)
        bytes = []
        writer.write(Self.sectionFormat)
        writer.write(part.rawValue)
        writer.write(sequence)
        switch part {
        case .accounts:
            let end = min(cursor.position + accounts, self.accounts.count)
            writer.write(UInt32(cursor.position))
            writer.write(UInt32(end - cursor.position))
            for slot in cursor.position..<end { write(accountAt: UInt32(slot), to: &writer) }
            cursor.advance(to: end, of: self.accounts.count, then: .names)
        case .names:
            let end = min(cursor.position + accounts, names.names.count)
            writer.write(UInt32(end - cursor.position))
            for (id, name) in names.names[cursor.position..<end] { write(name, id: id, to: &writer) }
            cursor.advance(to: end, of: names.names.count, then: .keys)
        case .keys:
            let start = max(cursor.position, keys.oldest)
            let end = min(start + accounts, keys.next)
            writer.write(UInt32(end - start))
            for ordinal in start..<end { write(keys[ordinal], to: &writer) }
            cursor.advance(to: end, of: keys.next, then: .books)
        case .books:
            writeBooks(to: &writer)
            cursor.part = nil
        }
        bytes = writer.bytes
    }

    private func write(accountAt slot: UInt32, to writer: inout ByteWriter) {
        let account = accounts[slot]
        writer.write(account.id)
        writer.write(account.currency.rawValue)
        writer.write(account.state.rawValue)
        writer.write(UInt8(account.writesOffAutomatically ? 1 : 0))
        writer.write(account.epoch)
        writer.write(account.cash)
        writer.write(account.creditLimit)
        writer.write(account.regions)
        let attributes = attributes[slot] ?? AccountAttributes()
        writer.write(UInt32(attributes.refundBooks.count))
        for book in attributes.refundBooks {
            writer.write(book.month.rawValue)
            writer.write(book.amount)
        }
        let deferral = attributes.deferral
        let bits: UInt8 =
            (deferral == nil ? 0 : 4) | (deferral?.quota == nil ? 0 : 1) | (deferral?.until == nil ? 0 : 2)
        writer.write(bits)
        if let quota = deferral?.quota { writer.write(quota.minorUnits) }
        if let until = deferral?.until { writer.write(until.rawValue) }
        writer.write(UInt32(account.openCount))
        for head in [account.dueHead, account.frozenHead] {
            var place = head
            while place != BillPool.none {
                write(bills[place], to: &writer)
                place = bills[place].next
            }
        }
    }

    private func write(_ bill: BillRecord, to writer: inout ByteWriter) {
        writer.write(bill.id)
        writer.write(bill.created)
        writer.write(bill.amount)
        writer.write(bill.outstanding)
        writer.write(bill.fraction)
        writer.write(bill.month)
        writer.write(bill.product)
        writer.write(bill.region)
        writer.write(UInt8((bill.isMarketplace ? 1 : 0) | (bill.isFrozen ? 2 : 0)))
    }

    private func write(_ name: String, id: AccountID, to writer: inout ByteWriter) {
        writer.write(id.rawValue)
        writer.write(UInt16(name.utf8.count))
        for byte in name.utf8 { writer.write(byte) }
    }

    private func write(_ record: KeyTable.Record, to writer: inout ByteWriter) {
        writer.write(record.key.high)
        writer.write(record.key.low)
        writer.write(record.fingerprint)
        writer.write(record.outcome.billsWrittenOff)
        writer.write(record.outcome.amountWrittenOff.minorUnits)
        writer.write(record.outcome.availableCredit.minorUnits)
        writer.write(record.outcome.standing.state.rawValue)
        writer.write(record.outcome.standing.epoch)
        writer.write(UInt8(record.outcome.standingChanged ? 1 : 0))
    }

    private func writeBooks(to writer: inout ByteWriter) {
        writer.write(UInt32(keys.count))
        writer.write(UInt32(checkpoints.count))
        for checkpoint in checkpoints { writer.write(checkpoint) }
        for currency in Currency.allCases {
            for account in ChartAccount.allCases {
                writer.write(balance.units(account, currency))
                writer.write(balance.fractions(account, currency))
            }
        }
    }
}
