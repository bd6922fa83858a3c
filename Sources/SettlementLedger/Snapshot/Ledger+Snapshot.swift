extension Ledger {
    /// First byte of every section; changes with the format.
    static var sectionFormat: UInt8 { 3 }

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
            let piece = cursor.piece(of: 0..<self.accounts.count, atMost: accounts)
            writer.write(UInt32(piece.lowerBound))
            writer.write(UInt32(piece.count))
            for slot in piece { write(accountAt: UInt32(slot), to: &writer) }
            cursor.advance(behind: piece, then: .names)
        case .names:
            let piece = cursor.piece(of: 0..<names.names.count, atMost: accounts)
            writer.write(UInt32(piece.count))
            for (id, name) in names.names[piece] { write(name, id: id, to: &writer) }
            cursor.advance(behind: piece, then: .keys)
        case .keys:
            if cursor.end == nil { cursor.keySequence = sequence }
            let piece = cursor.piece(of: keys.oldest..<keys.next, atMost: accounts)
            writer.write(cursor.keySequence)
            writer.write(UInt32(piece.count))
            for ordinal in piece { write(keys[ordinal], to: &writer) }
            cursor.advance(behind: piece, then: .books)
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
        writer.write(UInt32(attributes.funds.count))
        for fund in attributes.funds { write(fund, to: &writer) }
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

    private func write(_ fund: Fund, to writer: inout ByteWriter) {
        writer.write(fund.id.rawValue)
        writer.write(fund.kind.rawValue)
        writer.write(fund.amount.minorUnits)
        writer.write(UInt8((fund.expiry == nil ? 0 : 1) | (fund.product == nil ? 0 : 2)))
        if let expiry = fund.expiry { writer.write(expiry.rawValue) }
        if let product = fund.product { writer.write(product.rawValue) }
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
