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
        fraction: UInt64 = 0
    ) -> Outcome {
        let month = Month(rawValue: UInt16(Int(Bench.month.rawValue) - monthsAgo))
        return apply(
            .issueBill(
                Bill(
                    id: BillID(id),
                    month: month,
                    line: line,
                    product: ProductCode(1),
                    region: RegionID(region),
                    created: Timestamp(seconds: created),
                    amount: Amount(minorUnits: units),
                    fraction: fraction
                )
            )
        )
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
