import Settlement

/// Commands as a pure function of their number, none of which is ever refused.
///
/// Worker *w* owns accounts of its own and submits their commands in order, so the state after a crash depends only on
/// how far each worker had come: any such state can be computed again from nothing.
struct Workload {
    /// In the upper half of every key; tells the workload's entries from others.
    static let keySpace: UInt64 = 0x4352_4153_4857_5254
    static let accountsPerWorker: UInt64 = 3
    private static let stepsPerCycle: UInt64 = 10
    private static let firstMonth = Month(year: 2020, month: 1)
    private static let offsetMinutes = LedgerPolicy().offsetMinutes

    let seed: UInt64
    let workers: UInt64

    init(_ settings: WriterSettings) {
        seed = settings.seed
        workers = UInt64(settings.workers)
    }

    /// The number, from 1, of a worker's command at `position`, from 0.
    func number(worker: Int, position: UInt64) -> UInt64 { position * workers + UInt64(worker) + 1 }

    func command(worker: Int, position: UInt64) -> Command {
        let number = number(worker: worker, position: position)
        let key = IdempotencyKey(high: Self.keySpace, low: number)
        let index = position % Self.accountsPerWorker
        let account = AccountID(UInt64(worker) * Self.accountsPerWorker + index + 1)
        guard position >= Self.accountsPerWorker else {
            let limit = Amount(minorUnits: index == 0 ? 10_000 : 0)
            let opening = Operation.openAccount(currency: .cny, creditLimit: limit)
            return Command(opening, account: account, time: Self.time(in: Self.firstMonth, hour: 0), key: key)
        }
        let turn = position / Self.accountsPerWorker - 1
        let step = turn % Self.stepsPerCycle
        let month = Month(rawValue: Self.firstMonth.rawValue + UInt16(turn / Self.stepsPerCycle))
        let issuedAt = Self.accountsPerWorker * (turn - step + 5) + index
        let chosen = BillID(self.number(worker: worker, position: issuedAt))
        let amounts = Amounts(seed: seed ^ account.rawValue << 32 ^ UInt64(month.rawValue))
        // From the seventh step on the month is over.
        let time =
            step < 7 ? Self.time(in: month, hour: 24 + Int64(step)) : Self.time(in: month.next, hour: Int64(step))
        let operation = Self.operation(step, bill: BillID(number), chosen: chosen, month: month, amounts, time)
        return Command(operation, account: account, time: time, key: key)
    }

    /// One month of an account: it falls into arrears with two bills, pays in two steps, pays a chosen bill, is closed
    /// while it cannot pay, and pays again. It ends without cash, bill or arrears.
    private static func operation(
        _ step: UInt64,
        bill: BillID,
        chosen: BillID,
        month: Month,
        _ amounts: Amounts,
        _ time: Timestamp
    ) -> Operation {
        func issue(_ month: Month, _ line: BusinessLine, _ amount: Int64, fraction: UInt64 = 0) -> Operation {
            .issueBill(
                Bill(
                    id: bill,
                    month: month,
                    line: line,
                    product: ProductCode(UInt16(step)),
                    region: RegionID(UInt8(step)),
                    created: time,
                    amount: Amount(minorUnits: amount),
                    fraction: fraction
                )
            )
        }
        switch step {
        case 0: return issue(month.previous, .marketplace, amounts.first)
        case 1: return issue(month.previous, .provider, amounts.second, fraction: 5)
        case 2: return .recharge(Amount(minorUnits: amounts.first + amounts.second / 2))
        case 3: return .recharge(Amount(minorUnits: amounts.second - amounts.second / 2 + amounts.third))
        case 4: return issue(month, .provider, amounts.third, fraction: 7)
        case 5: return .writeOff(chosen)
        case 6: return issue(month, .provider, amounts.fourth)
        case 7: return .closeMonth(month)
        // One unit more than is owed: good standing needs credit above zero.
        case 8: return .recharge(Amount(minorUnits: amounts.fourth + 1))
        default: return .withdraw(Amount(minorUnits: 1))
        }
    }

    private static func time(in month: Month, hour: Int64) -> Timestamp {
        Timestamp(nanoseconds: month.start(offsetMinutes: offsetMinutes).rawValue + hour * 3_600_000_000_000)
    }

    /// What one account's month is about, in minor units.
    private struct Amounts {
        var first: Int64
        var second: Int64
        var third: Int64
        var fourth: Int64

        init(seed: UInt64) {
            var random = SeededRandom(seed: seed)
            first = random.next(in: 1...5_000)
            second = random.next(in: 2...5_000)
            third = random.next(in: 1...5_000)
            fourth = random.next(in: 1...5_000)
        }
    }
}

/// SplitMix64.
struct SeededRandom {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next(in range: ClosedRange<Int64>) -> Int64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        mixed ^= mixed >> 31
        return range.lowerBound + Int64(mixed % UInt64(range.upperBound - range.lowerBound + 1))
    }
}
