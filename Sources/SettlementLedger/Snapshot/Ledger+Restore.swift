extension Ledger {
    /// Takes in one section of a snapshot; sections come in the order of their capture, into an empty ledger.
    ///
    /// - Throws: ``ReplayError``; then the ledger must be thrown away.
    public mutating func restore(section: RawSpan) throws(ReplayError) {
        var reader = ByteReader(section)
        var sequence: UInt64 = 0
        do throws(ReplayError.Reason) {
            let format = try reader.read(UInt8.self)
            if format != Self.sectionFormat { throw .malformedSection("format \(format), not \(Self.sectionFormat)") }
            let part = SnapshotCursor.Part(rawValue: try reader.read())
            sequence = try reader.read()
            if sequence < recovery.lastSection { throw .malformedSection("captured before the section in front of it") }
            switch part {
            case .accounts: try restoreAccounts(from: &reader, sequence: sequence)
            case .names: try restoreNames(from: &reader)
            case .keys: try restoreKeys(from: &reader)
            case .books: try restoreBooks(from: &reader, sequence: sequence)
            case nil: throw .malformedSection("an unknown part")
            }
            if !reader.isAtEnd { throw .malformedSection("bytes left over") }
        } catch {
            throw ReplayError(sequence: sequence, reason: error)
        }
        recovery.lastSection = sequence
        if recovery.nextSequence == nil { recovery.nextSequence = sequence + 1 }
    }

    private mutating func restoreAccounts(
        from reader: inout ByteReader,
        sequence: UInt64
    ) throws(ReplayError.Reason) {
        let first: UInt32 = try reader.read()
        if first != accountCount { throw .malformedSection("accounts from slot \(first), expected \(accountCount)") }
        for _ in 0..<(try reader.read(UInt32.self)) {
            try restoreAccount(from: &reader)
            recovery.capturedAccounts.append(sequence)
        }
    }

    private mutating func restoreAccount(from reader: inout ByteReader) throws(ReplayError.Reason) {
        let id: UInt64 = try reader.read()
        guard let currency = Currency(rawValue: try reader.read()),
            let state = Standing.State(rawValue: try reader.read()), self.slot(of: id) == nil
        else { throw .malformedSection("account \(id)") }
        let writesOffAutomatically = try reader.read(UInt8.self) == 1
        let epoch: UInt32 = try reader.read()
        let cash: Int64 = try reader.read()
        let creditLimit: Int64 = try reader.read()
        var account = AccountRecord(
            id: AccountID(id),
            currency: currency,
            creditLimit: Amount(minorUnits: creditLimit)
        )
        account.state = state
        account.writesOffAutomatically = writesOffAutomatically
        account.epoch = epoch
        account.cash = cash
        account.regions = try reader.read()
        let restored = try Self.attributes(from: &reader)
        account.hasAttributes = !restored.isEmpty
        let slot = accountCount
        accounts.append(account)
        accountIndex.insert(slot, hash: slotHash(id))
        if !restored.isEmpty { attributes[slot] = restored }
        if let deferral = restored.deferral { registerDeferral(deferral, slot: slot) }
        for fund in restored.funds { if let expiry = fund.expiry { fundExpiries.add(expiry, slot: slot) } }
        for _ in 0..<(try reader.read(UInt32.self)) {
            let bill = try Self.bill(from: &reader, account: slot)
            if openBill(BillID(bill.id), of: slot) != nil { throw .malformedSection("bill \(bill.id) twice") }
            addOpenBill(bill)
        }
    }

    private static func attributes(from reader: inout ByteReader) throws(ReplayError.Reason) -> AccountAttributes {
        var attributes = AccountAttributes()
        for _ in 0..<(try reader.read(UInt32.self)) {
            let month = Month(rawValue: try reader.read())
            attributes.add(try reader.read(), month: month)
        }
        for _ in 0..<(try reader.read(UInt32.self)) {
            let fund = try Self.fund(from: &reader)
            if attributes.fund(fund.id) != nil { throw .malformedSection("fund \(fund.id.rawValue) twice") }
            attributes.add(fund)
        }
        let bits: UInt8 = try reader.read()
        if bits & 4 != 0 {
            var deferral = Deferral()
            if bits & 1 != 0 { deferral.quota = Amount(minorUnits: try reader.read()) }
            if bits & 2 != 0 { deferral.until = Timestamp(rawValue: try reader.read()) }
            attributes.deferral = deferral
        }
        return attributes
    }

    private static func fund(from reader: inout ByteReader) throws(ReplayError.Reason) -> Fund {
        let id = FundID(try reader.read(UInt64.self))
        guard let kind = Fund.Kind(rawValue: try reader.read()) else { throw .malformedSection("fund \(id.rawValue)") }
        var fund = Fund(id: id, kind: kind, amount: Amount(minorUnits: try reader.read()))
        let bits: UInt8 = try reader.read()
        if bits & 1 != 0 { fund.expiry = Timestamp(rawValue: try reader.read()) }
        if bits & 2 != 0 { fund.product = ProductCode(try reader.read(UInt16.self)) }
        if fund.amount <= .zero { throw .malformedSection("fund \(id.rawValue) of \(fund.amount.minorUnits)") }
        return fund
    }

    private static func bill(
        from reader: inout ByteReader,
        account: UInt32
    ) throws(ReplayError.Reason) -> BillRecord {
        var bill = BillRecord(
            id: try reader.read(),
            created: try reader.read(),
            amount: try reader.read(),
            outstanding: try reader.read(),
            fraction: try reader.read(),
            account: account,
            month: try reader.read(),
            product: try reader.read(),
            region: try reader.read(),
            isMarketplace: false,
            isFrozen: false
        )
        let bits: UInt8 = try reader.read()
        bill.isMarketplace = bits & 1 != 0
        bill.isFrozen = bits & 2 != 0
        if bill.region >= 64 || !(0...bill.amount).contains(bill.outstanding) {
            throw .malformedSection("bill \(bill.id)")
        }
        return bill
    }

    private mutating func restoreNames(from reader: inout ByteReader) throws(ReplayError.Reason) {
        for _ in 0..<(try reader.read(UInt32.self)) {
            let id = AccountID(try reader.read(UInt64.self))
            var bytes: [UInt8] = []
            for _ in 0..<(try reader.read(UInt16.self)) { bytes.append(try reader.read()) }
            if names.name(of: id) != nil { throw .malformedSection("name \(id.rawValue) twice") }
            names.insert(String(decoding: bytes, as: UTF8.self), id: id)
        }
    }

    private mutating func restoreKeys(from reader: inout ByteReader) throws(ReplayError.Reason) {
        // Keys that were forgotten while the snapshot was being taken leave as replay brings the later ones.
        recovery.keySequence = try reader.read()
        for _ in 0..<(try reader.read(UInt32.self)) {
            let key = IdempotencyKey(high: try reader.read(), low: try reader.read())
            let fingerprint: UInt64 = try reader.read()
            var outcome = Outcome()
            outcome.billsWrittenOff = try reader.read()
            outcome.amountWrittenOff = Amount(minorUnits: try reader.read())
            outcome.availableCredit = Amount(minorUnits: try reader.read())
            guard let state = Standing.State(rawValue: try reader.read()), keys.record(of: key) == nil else {
                throw .malformedSection("key \(key.high) \(key.low)")
            }
            outcome.standing = Standing(state: state, epoch: try reader.read())
            outcome.standingChanged = try reader.read(UInt8.self) == 1
            keys.insert(KeyTable.Record(key: key, fingerprint: fingerprint, outcome: outcome))
        }
    }

    private mutating func restoreBooks(from reader: inout ByteReader, sequence: UInt64) throws(ReplayError.Reason) {
        for _ in 0..<(try reader.read(UInt32.self)) { checkpoints.append(try reader.read()) }
        for currency in Currency.allCases {
            for account in ChartAccount.allCases {
                let units: Int128 = try reader.read()
                balance.set(account, currency, units: units, fractions: try reader.read())
            }
        }
        recovery.booksSequence = sequence
    }
}
