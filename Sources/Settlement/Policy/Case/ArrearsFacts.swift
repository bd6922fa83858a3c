public import SettlementLedger

/// What an account or resource looks like to a policy: when each kind of trouble began, if it is in it.
public struct ArrearsFacts: Sendable, Hashable {
    /// When available credit could no longer meet the bills that are due, and no deferral covered that.
    public var arrearsStart: Timestamp?
    /// When the account began to owe under a deferral that covers it.
    public var deferralStart: Timestamp?
    /// When the earliest bill that is still open fell due.
    public var earliestOverdueBill: Timestamp?
    /// When the vendor's formal notice was sent.
    public var notice: Timestamp?
    /// When what was paid in advance ends; may lie ahead.
    public var expiry: Timestamp?
    /// What is owed by bills that are due.
    public var owed: Amount
    /// Number of bills that are due.
    public var overdueBills: Int

    /// Facts; by default there is no trouble at all.
    public init(
        arrearsStart: Timestamp? = nil,
        deferralStart: Timestamp? = nil,
        earliestOverdueBill: Timestamp? = nil,
        notice: Timestamp? = nil,
        expiry: Timestamp? = nil,
        owed: Amount = .zero,
        overdueBills: Int = 0
    ) {
        self.arrearsStart = arrearsStart
        self.deferralStart = deferralStart
        self.earliestOverdueBill = earliestOverdueBill
        self.notice = notice
        self.expiry = expiry
        self.owed = owed
        self.overdueBills = overdueBills
    }

    /// No trouble.
    public static let clear = ArrearsFacts()

    /// When the first of the troubles began; what is paid in advance is none yet.
    var begin: Timestamp? { [arrearsStart, deferralStart, earliestOverdueBill, notice].compactMap(\.self).min() }

    /// The facts of an account with a ledger.
    ///
    /// - Parameters:
    ///   - account: its figures.
    ///   - bills: its open bills, in any order.
    ///   - since: when its standing turned to arrears or, under a deferral, its credit fell below zero.
    ///   - notice: when the formal notice was sent.
    ///   - zone: in which billing months begin.
    public init(account: AccountView, bills: [BillView], since: Timestamp?, notice: Timestamp? = nil, zone: ZoneRules) {
        let due = bills.filter { !$0.isFrozen && $0.outstanding > .zero }
        let isDeferred = account.standing.state == .good && account.availableCredit < .zero
        self.init(
            arrearsStart: account.standing.state == .arrears ? since : nil,
            deferralStart: isDeferred ? since : nil,
            earliestOverdueBill: due.map { $0.bill.dueTime(in: zone) }.min(),
            notice: notice,
            owed: account.openDue,
            overdueBills: due.count
        )
    }
}

extension Bill {
    /// When the bill fell or falls due: with the end of its month, or when it was created if that was later.
    public func dueTime(in zone: ZoneRules) -> Timestamp {
        max(created, zone.instant(LocalDateTime(date: LocalDate(month.next, day: 1))))
    }
}

/// Something that a case has come to, to be carried out by a shell.
public struct ArrearsEvent: Sendable, Hashable {
    /// What has happened.
    public enum Kind: Sendable, Hashable {
        /// A stage was reached, and this is to be done.
        case act(ArrearsAction)
        /// A restriction is over.
        case lifted(ArrearsAction)
        /// The trouble is over, and what was stopped comes back by itself.
        case cleared
        /// The trouble is over, but what was stopped needs its user: to start it, or to order anew what was released.
        case clearedAwaitingUser
    }

    /// The instant from which it holds: exactly when it fell due, also if it was told later.
    public var time: Timestamp
    /// The stage it belongs to; `nil` for ``Kind/cleared`` and ``Kind/clearedAwaitingUser``.
    public var stage: String?
    /// What has happened.
    public var kind: Kind

    /// An event of a stage or of the whole case.
    public init(time: Timestamp, stage: String? = nil, _ kind: Kind) {
        self.time = time
        self.stage = stage
        self.kind = kind
    }
}
