public import SettlementLedger

/// An invoice paid in parts, each a bill of its own month.
///
/// The parts add up to the whole: units that do not divide go to the first parts. A part becomes due when its month closes,
/// like any other bill; which is overdue then decides about arrears, not the sum.
public struct InstalmentPlan: Sendable, Hashable {
    /// The most parts that the vendors' documents know.
    public static let countMax = 36

    /// What is paid in parts.
    public let total: Amount
    /// The months of the parts, in order.
    public let months: ClosedRange<Month>

    /// - Parameters:
    ///   - total: positive, and not less than a minor unit a part.
    ///   - count: 1 through ``countMax``.
    ///   - first: the month of the first part.
    /// - Returns: `nil` if there are too many parts, none, or parts of nothing.
    public init?(of total: Amount, count: Int, from first: Month) {
        guard (1...Self.countMax).contains(count), total.minorUnits >= count else { return nil }
        self.total = total
        months = first...Month(rawValue: first.rawValue + UInt16(count - 1))
    }

    /// How many parts there are.
    public var count: Int { Int(months.upperBound.rawValue - months.lowerBound.rawValue) + 1 }

    /// The parts, in the order of their months.
    public var amounts: [Amount] { total.split(by: Array(repeating: 1, count: count)) }

    /// The bills that take the place of an invoice, which is lowered to nothing by the command `adjust`.
    ///
    /// Issue each when its month has begun, under a key of its own: the ledger refuses bills of months to come.
    /// - Parameters:
    ///   - first: number of the first bill; the others follow.
    ///   - invoice: gives product, region, business line and creation time.
    public func bills(from first: BillID, replacing invoice: Bill) -> [Bill] {
        amounts.enumerated().map { place, amount in
            Bill(
                id: BillID(first.rawValue + UInt64(place)),
                month: Month(rawValue: months.lowerBound.rawValue + UInt16(place)),
                line: invoice.line,
                product: invoice.product,
                region: invoice.region,
                created: invoice.created,
                amount: amount
            )
        }
    }
}
