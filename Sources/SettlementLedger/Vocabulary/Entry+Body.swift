extension Entry {
    /// The body of a command as the entry that will carry it, before the ledger has decided anything.
    ///
    /// What does not fit, a bill's fraction, follows in an entry of its own.
    init(bodyOf command: Command, currency: UInt8) {
        self.init(Self.kind(of: command.operation), account: command.account.rawValue, time: command.time.rawValue)
        rawCurrency = currency
        keyHigh = command.key.high
        keyLow = command.key.low
        switch command.operation {
        case .openAccount(let currency, let creditLimit):
            rawCurrency = currency.rawValue
            amount = creditLimit.minorUnits
        case .recharge(let amount), .setCreditLimit(let amount), .withdraw(let amount):
            self.amount = amount.minorUnits
        case .issueBill(let bill):
            describe(bill)
        case .writeOff(let id), .chargeOff(let id):
            bill = id.rawValue
        case .setAutomaticWriteOff(let isOn):
            detail = isOn ? 1 : 0
        case .setDeferral(let deferral):
            amount = deferral.quota?.minorUnits ?? 0
            detail = UInt64(bitPattern: deferral.until?.rawValue ?? 0)
            product = (deferral.quota == nil ? 0 : 1) | (deferral.until == nil ? 0 : 2)
        case .refund(let amount, let month):
            self.amount = amount.minorUnits
            self.month = month.rawValue
        case .adjust(let id, let amount):
            bill = id.rawValue
            self.amount = amount.minorUnits
        case .closeMonth(let month):
            self.month = month.rawValue
        case .grantFund(let fund):
            describe(fund)
        case .clearDeferral, .reassess, .expireFunds:
            break
        }
    }

    private mutating func describe(_ issued: Bill) {
        flags = issued.line == .marketplace ? .marketplace : []
        region = issued.region.rawValue
        month = issued.month.rawValue
        product = issued.product.rawValue
        amount = issued.amount.minorUnits
        bill = issued.id.rawValue
        detail = UInt64(bitPattern: issued.created.rawValue)
    }

    private static func kind(of operation: Operation) -> Kind {
        switch operation {
        case .openAccount: .accountOpened
        case .recharge: .recharged
        case .issueBill: .billIssued
        case .writeOff: .writeOffOrdered
        case .setCreditLimit: .creditLimitSet
        case .setAutomaticWriteOff: .automaticWriteOffSet
        case .setDeferral: .deferralSet
        case .clearDeferral: .deferralCleared
        case .refund: .refunded
        case .adjust: .adjusted
        case .chargeOff: .chargedOff
        case .withdraw: .withdrawn
        case .closeMonth: .monthClosed
        case .reassess: .reassessed
        case .grantFund: .fundGranted
        case .expireFunds: .fundsExpired
        }
    }

    /// What the request asked for, in 64 bits: neither its time nor what the ledger decided.
    ///
    /// Three multiplications that do not wait for each other, since every command with a key is hashed.
    @inline(__always)
    var bodyFingerprint: UInt64 {
        let asked = rawKind != Kind.chargedOff.rawValue && rawKind != Kind.monthClosed.rawValue
        // The currency is the account's; only an opening asks for one.
        let currency = rawKind == Kind.accountOpened.rawValue ? UInt64(rawCurrency) : 0
        let line: UInt64 = flags.contains(.marketplace) ? 1 : 0
        let small = UInt64(rawKind) | UInt64(region) << 8 | UInt64(month) << 16 | UInt64(product) << 32
        let amount = asked ? UInt64(bitPattern: amount) : 0
        return folded(small | currency << 48 | line << 56, account)
            ^ folded(amount ^ 0x9e37_79b9_7f4a_7c15, bill ^ 0xc2b2_ae3d_27d4_eb4f)
            ^ folded((asked ? detail : 0) ^ 0x1656_67b1_9e37_79f9, 0xff51_afd7_ed55_8ccd)
    }

    /// The fingerprint of the whole request: its body entry and the fraction, for which the body has no room.
    @inline(__always)
    static func fingerprint(ofBody body: UInt64, fraction: UInt64) -> UInt64 {
        fraction == 0 ? body : body ^ mixed(fraction)
    }

    /// The deferral that an entry of kind ``Kind/deferralSet`` tells.
    var deferral: Deferral {
        Deferral(
            quota: product & 1 == 0 ? nil : Amount(minorUnits: amount),
            until: product & 2 == 0 ? nil : Timestamp(rawValue: Int64(bitPattern: detail))
        )
    }
}
