internal import Settlement

/// Accounts with open bills, and recharges that each pay exactly one of them: a settlement is two entries.
///
/// The accounts have credit, so their standing never changes and nothing but settlements is measured.
struct Workload: Sendable {
    static let amount = Amount(minorUnits: 12_345)
    /// When everything happens; bills are of the month before, so they are due at once.
    static let time = Month(year: 2026, month: 11).start().advanced(days: 14)
    static let month = Month(year: 2026, month: 10)

    let accounts: Range<UInt64>
    /// Commands that are submitted together.
    let batch: Int
    private var order: [UInt64]
    private var random = SplitMix64(seed: 20_261_115)
    private var lastBill: UInt64
    private var lastKey: UInt64 = 0

    /// - Parameters:
    ///   - first: id of the first account; accounts of two workloads must not overlap.
    ///   - isHot: the first account takes as many bills and recharges as all others together.
    init(first: UInt64 = 1, accounts: Int, batch: Int, isHot: Bool = false) {
        self.accounts = first..<first + UInt64(accounts)
        self.batch = batch
        self.order = Array(self.accounts)
        if isHot { order += repeatElement(first, count: accounts - 2) }
        self.lastBill = first << 32
        order.shuffle(using: &random)
    }

    /// Opens every account.
    func openings() -> [[Command]] {
        let credit = Amount(minorUnits: 1 << 40)
        return batches(of: Array(accounts)) {
            Command(.openAccount(currency: .cny, creditLimit: credit), account: $0, time: Self.time)
        }
    }

    /// One more bill for every account.
    mutating func bills(month: Month = Workload.month) -> [[Command]] {
        var bill = lastBill
        defer { lastBill = bill }
        return batches(of: order) { account in
            bill += 1
            let issued = Bill(
                id: BillID(bill),
                month: month,
                product: ProductCode(1),
                region: RegionID(UInt8(account.rawValue % 8)),
                created: Self.time,
                amount: Self.amount
            )
            return Command(.issueBill(issued), account: account, time: Self.time)
        }
    }

    /// One recharge for every account, in random order, each with a key of its own if any.
    mutating func recharges(_ amount: Amount = Workload.amount, withKeys: Bool = true) -> [[Command]] {
        order.shuffle(using: &random)
        var key = lastKey
        defer { lastKey = key }
        return batches(of: order) { account in
            key += 1
            return Command(
                .recharge(amount),
                account: account,
                time: Self.time,
                key: withKeys ? IdempotencyKey(high: accounts.lowerBound, low: key) : .none
            )
        }
    }

    /// One recharge for every account, in random order, shared out among as many callers as a batch has commands.
    mutating func singleRecharges() -> SinglePlan {
        order.shuffle(using: &random)
        lastKey += 1
        let callers = (0..<min(batch, order.count)).map { caller in
            stride(from: caller, to: order.count, by: batch).map { AccountID(order[$0]) }
        }
        return SinglePlan(callers: callers, key: lastKey)
    }

    /// A recharge of an account drawn at random.
    mutating func anyRecharge() -> Command {
        let account = UInt64.random(in: accounts, using: &random)
        return Command(.recharge(Self.amount), account: AccountID(account), time: Self.time)
    }

    private func batches(of order: [UInt64], _ command: (AccountID) -> Command) -> [[Command]] {
        stride(from: 0, to: order.count, by: batch).map { start in
            order[start..<min(start + batch, order.count)].map { command(AccountID($0)) }
        }
    }
}

/// What callers of single commands settle: each makes its commands itself, as a caller does.
struct SinglePlan: Sendable {
    /// For each caller the accounts that it recharges, one after the other.
    var callers: [[AccountID]]
    /// Tells the keys of this plan from those of others.
    var key: UInt64

    var count: Int { callers.reduce(0) { $0 + $1.count } }

    func recharge(of account: AccountID) -> Command {
        let key = IdempotencyKey(high: ~account.rawValue, low: key)
        return Command(.recharge(Workload.amount), account: account, time: Workload.time, key: key)
    }
}

extension Timestamp {
    func advanced(days: Int64) -> Timestamp { Timestamp(rawValue: rawValue + days * 86_400_000_000_000) }
}

/// Steele, Lea and Flood's generator: small, fast and the same everywhere.
struct SplitMix64: RandomNumberGenerator, Sendable {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
