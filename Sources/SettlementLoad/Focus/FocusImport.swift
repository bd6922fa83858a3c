public import SettlementLedger

/// The bills of a FOCUS 1.0 cost-and-usage file: exact sums by account, month, business line, product and region,
/// each rounded once.
public struct FocusImport: Sendable, Hashable {
    /// A payer of the file.
    public struct Account: Sendable, Hashable {
        /// BillingAccountId.
        public var name: String
        /// Derived from the name as the ledger derives it.
        public var id: AccountID
        /// Its currency.
        public var currency: Currency
        /// Its groups in ``FocusImport/groups``.
        public var groups: Range<Int>
    }

    /// All lines of one account, month, business line, product and region.
    public struct Group: Sendable, Hashable {
        /// Position in ``FocusImport/accounts``.
        public var account: Int
        /// Billing month.
        public var month: Month
        /// Whose revenue it is.
        public var line: BusinessLine
        /// Position in ``FocusImport/products``, plus 1.
        public var product: ProductCode
        /// Position in ``FocusImport/regions``.
        public var region: RegionID
        /// The exact sum; not zero, and its whole minor units fit 64 bits.
        public var total: ExactAmount
    }

    /// In the order in which the file first names them.
    public let accounts: [Account]
    /// Ordered by account, then month, line, product, region.
    public let groups: [Group]
    /// RegionId values; `global` stands for lines without one.
    public let regions: [String]
    /// ServiceName values; the ChargeCategory stands for lines without one.
    public let products: [String]
    /// One for each currency of the file, in the order of `Currency`.
    public let reconciliation: [Reconciliation]
    /// The latest billing month.
    public let latestMonth: Month
}

extension FocusImport {
    /// How the sums of one currency add up: `fileTotal` = `billed` − `refunded` + `roundedDown`, exactly.
    public struct Reconciliation: Sendable, Hashable {
        /// The currency.
        public var currency: Currency
        /// Lines of the file.
        public var rows = 0
        /// Exact sum of all lines.
        public var fileTotal = ExactAmount.zero
        /// Bills issued.
        public var bills = 0
        /// Sum of the bills in whole minor units.
        public var billed = ExactAmount.zero
        /// Groups that credits net below zero.
        public var refunds = 0
        /// Sum of the refunds in whole minor units.
        public var refunded = ExactAmount.zero
        /// What rounding down leaves with the customers; never below zero.
        public var roundedDown = ExactAmount.zero
        /// Groups whose lines cancel out.
        public var cancelled = 0

        /// Whether the difference between file and bills is explained to the last digit.
        public var isExplained: Bool {
            fileTotal.rawValue == billed.rawValue - refunded.rawValue + roundedDown.rawValue
        }

        mutating func add(_ group: Group) {
            let (amount, fraction) = group.rounded
            roundedDown.rawValue += Int128(fraction)
            if amount < .zero {
                refunds += 1
                refunded.rawValue -= ExactAmount(amount).rawValue
            } else {
                bills += 1
                billed.rawValue += ExactAmount(amount).rawValue
            }
        }
    }

    /// Appends what account number `index` owes, or is owed, to `chunk`.
    func appendBills(
        ofAccount index: Int,
        billID: (_ account: Int, _ ordinal: Int) -> BillID,
        to chunk: inout PopulationChunk
    ) {
        for (ordinal, group) in groups[accounts[index].groups].enumerated() {
            let (amount, fraction) = group.rounded
            guard amount >= .zero else {
                chunk.refunds.append(RefundSeed(month: group.month, amount: -amount))
                continue
            }
            let start = group.month.start(offsetMinutes: Population.monthOffsetMinutes)
            chunk.bills.append(
                Bill(
                    id: billID(index, ordinal),
                    month: group.month,
                    line: group.line,
                    product: group.product,
                    region: group.region,
                    created: Timestamp(nanoseconds: start.rawValue + Int64(ordinal)),
                    amount: amount,
                    fraction: fraction
                )
            )
        }
    }
}

extension FocusImport.Group {
    /// Whole minor units not above the total, and what is left of it: the bill and its round-down.
    ///
    /// A total below zero is rounded down as well, so the customer gets the fraction either way.
    fileprivate var rounded: (amount: Amount, fraction: UInt64) {
        guard let rounded = total.roundedDown else { preconditionFailure("a group was taken that is too large") }
        return rounded
    }
}
