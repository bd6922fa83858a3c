public import SettlementLedger

/// Everything on the way from a payment to a running instance, as far as it is known: what an ``Explanation`` is made from.
public struct RestartSituation: Sendable, Hashable {
    /// A payment that has been made and whose funds have not arrived.
    public struct PendingFunds: Sendable, Hashable {
        /// How much.
        public var amount: Amount
        /// When it was made.
        public var paid: Timestamp
        /// When it will arrive at the latest; `nil`: not known.
        public var clears: Timestamp?

        /// A payment under way.
        public init(_ amount: Amount, paid: Timestamp, clears: Timestamp? = nil) {
            self.amount = amount
            self.paid = paid
            self.clears = clears
        }
    }

    /// Now, in business time.
    public var time: Timestamp
    /// The account; `nil`: there is none.
    public var account: AccountView?
    /// Its open bills in write-off order.
    public var bills: [BillView]
    /// The ledger's rules.
    public var ledgerPolicy: LedgerPolicy
    /// Since when the standing is what it is; `nil`: not known.
    public var standingSince: Timestamp?
    /// Payments whose funds have not arrived, the earliest first.
    public var pendingFunds: [PendingFunds]
    /// What the regions know; empty: none was asked.
    public var regions: [RegionStatus]
    /// The way of the product through its policy; `nil`: not known.
    public var arrears: ArrearsCase?
    /// What a start takes by the product's policy; `nil`: not known. That of ``arrears`` unless given.
    public var restart: ArrearsPolicy.RestartRule?
    /// The life of the resource, if it is prepaid.
    public var prepaid: PrepaidLife?

    /// A situation of which the ledger is known, and more as far as it is given.
    public init(
        at time: Timestamp,
        account: AccountView?,
        bills: [BillView] = [],
        ledgerPolicy: LedgerPolicy = LedgerPolicy(),
        standingSince: Timestamp? = nil,
        pendingFunds: [PendingFunds] = [],
        regions: [RegionStatus] = [],
        arrears: ArrearsCase? = nil,
        prepaid: PrepaidLife? = nil,
        restart: ArrearsPolicy.RestartRule? = nil
    ) {
        self.time = time
        self.account = account
        self.bills = bills
        self.ledgerPolicy = ledgerPolicy
        self.standingSince = standingSince
        self.pendingFunds = pendingFunds
        self.regions = regions
        self.arrears = arrears
        self.prepaid = prepaid
        self.restart = restart
    }

    /// The same, looking at one instance only.
    public func concerning(_ instance: InstanceID) -> RestartSituation {
        var situation = self
        situation.regions = regions.compactMap { region in
            guard let found = region.instances?.filter({ $0.instance.id == instance }), !found.isEmpty else {
                return nil
            }
            var region = region
            region.instances = found
            return region
        }
        return situation
    }
}
