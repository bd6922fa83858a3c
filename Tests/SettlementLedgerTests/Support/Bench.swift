import SettlementLedger

/// A ledger on a table: one account, a calendar, short ways to say what happens.
///
/// Months are counted from `now`, which is the 10th of November 2026 in China.
final class Bench {
    static let now = Timestamp(seconds: 1_794_240_000)
    static let month = Month(year: 2026, month: 11)

    var ledger: Ledger
    var entries: [Entry] = []
    var account = AccountID(7)
    var time = Bench.now

    init(policy: LedgerPolicy = .init(), creditLimit: Int64 = 0) {
        ledger = Ledger(policy: policy)
        apply(.openAccount(currency: .cny, creditLimit: Amount(minorUnits: creditLimit)))
    }

    @discardableResult
    func apply(_ operation: Operation, key: UInt64 = 0, account: AccountID? = nil) -> Outcome {
        let command = Command(
            operation,
            account: account ?? self.account,
            time: time,
            key: IdempotencyKey(high: key, low: 0)
        )
        return ledger.apply(command, into: &entries)
    }

    @discardableResult
    func recharge(_ units: Int64, key: UInt64 = 0) -> Outcome { apply(.recharge(Amount(minorUnits: units)), key: key) }

    /// - Parameter monthsAgo: 0 is the current month.
    @discardableResult
    func bill(
        _ id: UInt64,
        _ units: Int64,
        monthsAgo: Int = 1,
        line: BusinessLine = .provider,
        created: Int64 = 0,
        region: UInt8 = 0,
        product: UInt16 = 1,
        fraction: UInt64 = 0
    ) -> Outcome {
        let month = Month(rawValue: UInt16(Int(Bench.month.rawValue) - monthsAgo))
        return apply(
            .issueBill(
                Bill(
                    id: BillID(id),
                    month: month,
                    line: line,
                    product: ProductCode(product),
                    region: RegionID(region),
                    created: Timestamp(seconds: created),
                    amount: Amount(minorUnits: units),
                    fraction: fraction
                )
            )
        )
    }

    /// - Parameter hours: until it expires; `nil`: it does not.
    @discardableResult
    func grant(_ id: UInt64, _ kind: Fund.Kind, _ amount: Int64, hours: Int64? = nil, product: UInt16? = nil) -> Outcome
    {
        let fund = Fund(
            id: FundID(id),
            kind: kind,
            amount: units(amount),
            expiry: hours.map { Bench.hours($0) },
            product: product.map { ProductCode($0) }
        )
        return apply(.grantFund(fund))
    }

    static func hours(_ hours: Int64) -> Timestamp { Timestamp(rawValue: now.rawValue + hours * 3_600_000_000_000) }

    /// Vouchers, cards and notes as `id: amount`, in the order of use.
    var funds: [String] { ledger.funds(of: account).map { "\($0.id.rawValue): \($0.amount.minorUnits)" } }

    /// What `body` pays with, in order.
    func payments(_ body: () -> Void) -> [String] {
        let first = entries.count
        body()
        return entries[first...].compactMap { entry in
            switch entry.kind {
            case .writtenOffFromFund: "fund \(entry.keyLow): \(entry.amount)"
            case .writtenOffFromRefunds: "refunds \(Month(rawValue: UInt16(entry.keyLow))): \(entry.amount)"
            case .writtenOff: "cash: \(entry.amount)"
            default: nil
            }
        }
    }

    var view: AccountView { ledger.account(account)! }
    var openBills: [BillView] { ledger.openBills(of: account) }
    /// Open bills as `id: outstanding`, in write-off order.
    var open: [String] { openBills.map { "\($0.bill.id.rawValue): \($0.outstanding.minorUnits)" } }
    var standing: Standing { ledger.standing(of: account)! }
    var audit: Audit { ledger.audit() }
    var digest: StateDigest { ledger.digest() }

    /// The kinds of the entries written by `body`.
    func kinds(_ body: () -> Void) -> [Entry.Kind] {
        let first = entries.count
        body()
        return entries[first...].compactMap(\.kind)
    }
}

extension Standing {
    static func good(_ epoch: UInt32) -> Standing { Standing(state: .good, epoch: epoch) }
    static func arrears(_ epoch: UInt32) -> Standing { Standing(state: .arrears, epoch: epoch) }
}

/// Shorthand for amounts in tests.
func units(_ units: Int64) -> Amount { Amount(minorUnits: units) }

/// The error with which a new ledger refuses entries, if it does.
func replayError(_ entries: [Entry], firstSequence: UInt64 = 1) -> ReplayError? {
    var ledger = Ledger()
    do throws(ReplayError) {
        try ledger.replay(entries.span, firstSequence: firstSequence)
        return nil
    } catch {
        return error
    }
}
