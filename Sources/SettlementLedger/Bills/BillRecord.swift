/// An open bill: 64 bytes in the pool, linked into one of the two queues of its account.
struct BillRecord: BitwiseCopyable, Sendable {
    var id: UInt64
    var created: Int64
    /// Whole minor units as issued.
    var amount: Int64
    var outstanding: Int64
    /// 10⁻¹⁸ minor units that are rounded away when the bill becomes due.
    var fraction: UInt64
    /// Slot of the account.
    var account: UInt32
    /// The following bill; at the last one see ``BillPool``.
    var next: UInt32 = BillPool.none
    /// The preceding bill; at the first one: the last.
    var previous: UInt32 = BillPool.none
    var month: UInt16
    var product: UInt16
    var region: UInt8
    var isMarketplace: Bool
    var isFrozen: Bool

    /// The write-off order: month, the provider's own before the marketplace's, creation time, id.
    func precedes(_ other: BillRecord) -> Bool {
        if month != other.month { return month < other.month }
        if isMarketplace != other.isMarketplace { return other.isMarketplace }
        if created != other.created { return created < other.created }
        return id < other.id
    }

    var bill: Bill {
        Bill(
            id: BillID(id),
            month: Month(rawValue: month),
            line: isMarketplace ? .marketplace : .provider,
            product: ProductCode(product),
            region: RegionID(region),
            created: Timestamp(rawValue: created),
            amount: Amount(minorUnits: amount),
            fraction: fraction
        )
    }
}
