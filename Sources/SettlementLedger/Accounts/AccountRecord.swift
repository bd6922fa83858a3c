/// What every command on an account needs, in one cache line of 64 bytes.
///
/// Rare attributes live in ``AccountAttributes``, which the record only flags.
struct AccountRecord: BitwiseCopyable, Sendable {
    var id: UInt64
    /// The cash book; never below zero.
    var cash: Int64 = 0
    /// Outstanding of bills of months that are not closed: held against credit, not yet owed.
    var frozen: Int64 = 0
    var creditLimit: Int64
    /// Outstanding of bills that are due.
    var due: Int64 = 0
    var regions: UInt64 = 0
    /// First bill of each queue, in write-off order.
    var dueHead = BillPool.none
    var frozenHead = BillPool.none
    var epoch: UInt32 = 0
    /// Bits 0–2 currency, 3 arrears, 4 automatic write-off is off, 5 has attributes, 6 has its bills
    /// in the index, 8–31 number of open bills.
    private var packed: UInt32

    init(id: AccountID, currency: Currency, creditLimit: Amount) {
        self.id = id.rawValue
        self.creditLimit = creditLimit.minorUnits
        self.packed = UInt32(currency.rawValue)
    }

    /// More open bills than this do not fit into an account.
    static let maximumOpenBills = (1 << 24) - 1

    /// Raw value of ``currency``.
    var rawCurrency: UInt8 { UInt8(truncatingIfNeeded: packed & 7) }

    var currency: Currency {
        guard let currency = Currency(rawValue: rawCurrency) else {
            preconditionFailure("account \(id) has no currency")
        }
        return currency
    }

    var state: Standing.State {
        get { packed & 8 == 0 ? .good : .arrears }
        set { packed = newValue == .good ? packed & ~8 : packed | 8 }
    }

    var writesOffAutomatically: Bool {
        get { packed & 16 == 0 }
        set { packed = newValue ? packed & ~16 : packed | 16 }
    }

    var hasAttributes: Bool {
        get { packed & 32 != 0 }
        set { packed = newValue ? packed | 32 : packed & ~32 }
    }

    var openCount: Int {
        get { Int(packed >> 8) }
        set {
            precondition((0...Self.maximumOpenBills).contains(newValue), "no such number of open bills: \(newValue)")
            packed = packed & 0xff | UInt32(newValue) << 8
        }
    }

    /// Whether its open bills are in the index of ``BillPool``.
    var hasIndexedBills: Bool {
        get { packed & 64 != 0 }
        set { packed = newValue ? packed | 64 : packed & ~64 }
    }

    /// Counts open bills that are closed now; with the last of them the index has none of the account's.
    @inline(__always)
    mutating func closeBills(_ count: Int) {
        openCount -= count
        if openCount == 0 { hasIndexedBills = false }
    }

    var standing: Standing { Standing(state: state, epoch: epoch) }

    /// Cash that may pay due bills: none while frozen bills use up cash and credit.
    var payableCash: Int64 { payableCash(frozen: frozen) }

    /// The same if only `frozen` were held, for instance because the bill to be paid is itself one of the frozen.
    func payableCash(frozen: Int64) -> Int64 { max(0, min(cash, cash + creditLimit - frozen)) }

    /// Cash that may leave the account.
    var withdrawableCash: Int64 { due > 0 ? 0 : max(0, cash - frozen) }
}
