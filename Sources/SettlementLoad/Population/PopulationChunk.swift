public import Settlement
public import SettlementLedger

/// An account as a run finds it: its bills, its funds and what compute runs for it.
public struct AccountSeed: Sendable, Hashable {
    /// Its position in the population.
    public var index: UInt32
    /// Its identity, unique in the population.
    public var id: AccountID
    /// Its currency.
    public var currency: Currency
    /// Regions in which it has bills or instances.
    public var regions: RegionSet
    /// Whether it is in arrears when the run begins.
    public var isSuspended: Bool
    /// Whether it owes as much and keeps running, because it has a deferral.
    public var isDeferred: Bool
    /// Cash to pay in before the bills are issued; enough for all of them unless the account is suspended.
    public var openingFunds: Amount
    /// A round sum that clears the account and leaves some credit.
    public var clearingAmount: Amount
    /// Its bills in ``PopulationChunk/bills``.
    public var bills: Range<Int>
    /// Its instances in ``PopulationChunk/instances``.
    public var instances: Range<Int>
    /// Its refunds in ``PopulationChunk/refunds``.
    public var refunds: Range<Int>
}

/// An instance as a run finds it.
public struct InstanceSeed: Sendable, Hashable {
    /// Unique in the population.
    public var id: InstanceID
    /// Where it is.
    public var region: RegionID
    /// Its user had stopped it: it must stay stopped.
    public var isUserStopped: Bool
}

/// Consumption of a month that was given back: what an import nets below zero.
public struct RefundSeed: Sendable, Hashable {
    /// The month whose refund book gets it.
    public var month: Month
    /// Above 0.
    public var amount: Amount
}

/// Some accounts of a population, made on demand; the arrays are used again for the next chunk.
public struct PopulationChunk: Sendable {
    /// Accounts in the order of their index.
    public internal(set) var accounts: [AccountSeed] = []
    /// The bills of all of them.
    public internal(set) var bills: [Bill] = []
    /// The instances of all of them.
    public internal(set) var instances: [InstanceSeed] = []
    /// The refunds of all of them.
    public internal(set) var refunds: [RefundSeed] = []

    /// An empty chunk.
    public init() {}

    mutating func removeAll() {
        accounts.removeAll(keepingCapacity: true)
        bills.removeAll(keepingCapacity: true)
        instances.removeAll(keepingCapacity: true)
        refunds.removeAll(keepingCapacity: true)
    }

    /// Adds everything in the chunk to `digest`.
    func fold(into digest: inout Digest) {
        for account in accounts {
            digest.combine(account.id.rawValue)
            digest.combine(
                UInt64(bitPattern: account.openingFunds.minorUnits) ^ (account.isSuspended ? 1 << 63 : 0)
                    ^ (account.isDeferred ? 1 << 62 : 0)
            )
        }
        for bill in bills {
            digest.combine(bill.id.rawValue)
            digest.combine(UInt64(bitPattern: bill.amount.minorUnits))
            digest.combine(bill.fraction ^ UInt64(bill.month.rawValue) << 48)
            digest.combine(UInt64(bitPattern: bill.created.rawValue))
            digest.combine(
                UInt64(bill.region.rawValue) << 32 | UInt64(bill.product.rawValue) << 8 | UInt64(bill.line.rawValue)
            )
        }
        for instance in instances {
            digest.combine(instance.id.rawValue)
            digest.combine(UInt64(instance.region.rawValue) << 1 | (instance.isUserStopped ? 1 : 0))
        }
        for refund in refunds {
            digest.combine(UInt64(bitPattern: refund.amount.minorUnits) ^ UInt64(refund.month.rawValue) << 48)
        }
    }
}
