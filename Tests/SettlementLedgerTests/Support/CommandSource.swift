import SettlementLedger

/// Random commands that are often sensible, sometimes not, and that meet each other's accounts, bills and keys.
struct CommandSource {
    var random: SplitMix64
    var time = Timestamp(seconds: 1_767_225_600)
    var accounts: UInt64 = 120
    private var nextBill: UInt64 = 1
    private var recent: [Command] = []
    /// The latest bills of each account.
    private var issued: [AccountID: [BillID]] = [:]

    init(seed: UInt64) { random = SplitMix64(seed: seed) }

    mutating func next() -> Command {
        time.rawValue += Int64.random(in: 0...3_600_000_000_000, using: &random)
        if random.chance(3), let old = recent.randomElement(using: &random) { return retry(old) }
        let account = AccountID(UInt64.random(in: 1...accounts, using: &random))
        let hasKey = random.chance(40)
        let key = hasKey ? IdempotencyKey(high: random.next(), low: random.next()) : .none
        let command = Command(operation(account), account: account, time: time, key: key)
        if hasKey {
            recent.append(command)
            if recent.count > 200 { recent.removeFirst() }
        }
        return command
    }

    private mutating func retry(_ old: Command) -> Command {
        var command = old
        command.time = time
        if random.chance(20) { command.operation = operation(command.account) }
        if random.chance(10) { command.account = AccountID(command.account.rawValue + 1) }
        return command
    }

    private mutating func operation(_ account: AccountID) -> Operation {
        switch Int.random(in: 0..<100, using: &random) {
        case 0..<5: .openAccount(currency: Currency.allCases.randomElement(using: &random)!, creditLimit: limit())
        case 5..<29: .recharge(amount())
        case 29..<35: .grantFund(fund())
        case 35..<36: .expireFunds
        case 36..<58: .issueBill(bill(account))
        case 58..<65: .writeOff(billID(account))
        case 65..<68: .setCreditLimit(limit())
        case 68..<71: .setAutomaticWriteOff(random.chance(60))
        case 71..<74: .setDeferral(deferral())
        case 74..<76: .clearDeferral
        case 76..<82: .refund(amount(), month: month())
        case 82..<87: .adjust(billID(account), by: amount())
        case 87..<90: .chargeOff(billID(account))
        case 90..<94: .withdraw(amount())
        case 94..<98: .closeMonth(month())
        default: .reassess
        }
    }

    private mutating func month() -> Month {
        let current = Month(containing: time, offsetMinutes: 480)
        return Month(rawValue: UInt16(Int(current.rawValue) + Int.random(in: -4...1, using: &random)))
    }

    private mutating func amount() -> Amount {
        if random.chance(2) { return Amount(minorUnits: Int64.random(in: -5...0, using: &random)) }
        if random.chance(1) { return Amount(minorUnits: .max - Int64.random(in: 0...50, using: &random)) }
        return Amount(minorUnits: Int64.random(in: 1...(random.chance(20) ? 5_000 : 300), using: &random))
    }

    private mutating func limit() -> Amount {
        random.chance(50) ? .zero : Amount(minorUnits: Int64.random(in: -20...2_000, using: &random))
    }

    private mutating func deferral() -> Deferral {
        var deferral = Deferral()
        if random.chance(60) { deferral.quota = Amount(minorUnits: Int64.random(in: -5...500, using: &random)) }
        if random.chance(60) {
            deferral.until = Timestamp(
                rawValue: time.rawValue + Int64.random(in: -50...300, using: &random) * 3_600_000_000_000
            )
        }
        return deferral
    }

    private mutating func fund() -> Fund {
        let kind = Fund.Kind.allCases.randomElement(using: &random)!
        let isRestricted = kind != .note || random.chance(5)
        var fund = Fund(id: FundID(UInt64.random(in: 1...300, using: &random)), kind: kind, amount: amount())
        if isRestricted, random.chance(60) {
            fund.expiry = Timestamp(
                rawValue: time.rawValue + Int64.random(in: -20...2_000, using: &random) * 3_600_000_000_000
            )
        }
        if isRestricted, random.chance(40) { fund.product = ProductCode(UInt16.random(in: 0...3, using: &random)) }
        return fund
    }

    private mutating func billID(_ account: AccountID) -> BillID {
        if random.chance(50), let known = issued[account]?.randomElement(using: &random) { return known }
        return BillID(UInt64.random(in: max(1, nextBill > 150 ? nextBill - 150 : 1)...nextBill, using: &random))
    }

    private mutating func bill(_ account: AccountID) -> Bill {
        let id = random.chance(4) ? billID(account) : BillID(nextBill)
        nextBill += 1
        issued[account, default: []].append(id)
        if issued[account]?.count == 30 { issued[account]?.removeFirst() }
        let current = Month(containing: time, offsetMinutes: 480)
        let isCurrent = random.chance(50)
        let isCommon = random.chance(50)
        return Bill(
            id: id,
            month: isCurrent ? current : month(),
            line: random.chance(20) ? .marketplace : .provider,
            product: ProductCode(UInt16.random(in: 0...(isCommon ? 3 : 20), using: &random)),
            region: RegionID(UInt8.random(in: 0..<64, using: &random)),
            created: Timestamp(
                rawValue: time.rawValue - Int64.random(in: 0...3, using: &random) * 1_000_000_000_000_000
            ),
            amount: random.chance(3) ? .zero : amount(),
            fraction: random.chance(30) ? UInt64.random(in: 0...1_000_000_000_000_000_001, using: &random) : 0
        )
    }
}
