public import SettlementLedger

/// The answer to "paid, why still stopped?": the first unmet step on the way from a payment to a running instance.
public struct Explanation: Sendable, Hashable {
    /// A step that is not met. Of several, the first on the way is told; of several instances, the one that is least far.
    public enum Step: Sendable, Hashable {
        /// There is no such account.
        case unknownAccount
        /// The resource went back to the vendor; no payment brings it back.
        case released
        /// What was paid in advance has ended; a recharge does not change that.
        case prepaidExpired
        /// A payment is under way, its funds have not arrived.
        case fundsNotCleared(Money)
        /// Funds are there, but the account's automatic write-off is switched off.
        case automaticWriteOffIsOff(BillID)
        /// Bills are due; the first is named. `owed` is what all of them still ask for.
        case billOpen(BillID, outstanding: Money, owed: Money, count: Int)
        /// No bill is due, but available credit is not what a restart takes.
        case creditTooLow(available: Money, floor: Money)
        /// The account is in good standing, and no region was asked.
        case regionsNotAsked(RegionSet)
        /// The account has no instance in the regions that were asked.
        case noInstance
        /// The region's cloud does not answer.
        case regionUnreachable(RegionID)
        /// The region has not learnt, or not worked out yet, that the account is in good standing again.
        case notDelivered(RegionID, epoch: UInt32)
        /// The policy leaves the restart to the user.
        case awaitsUser
        /// Somebody else holds the instance; a payment does not change that.
        case locked(InstanceID, LockReasons)
        /// Its user had stopped the instance before the arrears.
        case stoppedByUser(InstanceID)
        /// The instance is still on its way down; it is started when it has arrived.
        case stopping(InstanceID)
        /// The start waits for the cloud's rate.
        case throttled(InstanceID)
        /// The region has no room for the instance now.
        case noStock(InstanceID, attempts: Int)
        /// The start has failed for now.
        case startFailed(InstanceID, attempts: Int)
        /// The start has been given up: an operator has to look.
        case givenUp(InstanceID, DeadLetter.Reason)
        /// The start is under way.
        case starting(InstanceID)
        /// Every step is met.
        case running
    }

    /// What comes next by itself.
    public enum Next: Sendable, Hashable {
        /// Funds arrive.
        case fundsArrive
        /// A start call goes out.
        case startCall
        /// The sweep over all instances finds what no news has told.
        case sweep
        /// The instance is looked at again.
        case observation
        /// The policy's next stage is reached.
        case stage(String, actions: [ArrearsAction])
        /// The right to run on in debt ends.
        case deferralEnds
    }

    /// What the user or an operator can do.
    public enum Remedy: Sendable, Hashable {
        /// Bring in so much.
        case recharge(Money)
        /// Pay this bill by hand.
        case payBill(BillID)
        /// Pay otherwise: vouchers and cards of so much are there, but pay no bill of a month that is over.
        case useOtherFunds(insteadOf: Money)
        /// Pay bills of the current month by hand: vouchers and cards of so much are there, and are no credit themselves.
        case useGrants(Money)
        /// Switch automatic write-off on, or pay by hand.
        case switchOnAutomaticWriteOff
        /// Press start.
        case pressStart
        /// Bring in so much, if a start is to be made by hand: the cloud takes it only with so much cash and vouchers.
        case rechargeForStart(Money)
        /// Pay a renewal order.
        case renew
        /// Turn to the vendor: appeal, or have a lock lifted.
        case appeal
        /// Buy a new resource.
        case orderAnew
        /// Have an operator try given-up instances again.
        case retryDeadLetters
        /// Nothing: it goes on by itself.
        case wait
    }

    /// The first unmet step.
    public var step: Step
    /// Since when it is the one; `nil`: not known, or nothing is unmet.
    public var since: Timestamp?
    /// What comes next by itself; `nil`: nothing.
    public var next: Next?
    /// When that is; `nil`: not known.
    public var nextTime: Timestamp?
    /// Until when the instance is to run, because it is critical; `nil`: it is not, or nobody knows since when it waits.
    public var target: Timestamp?
    /// What can be done, the most helpful first; empty: nothing needs to be.
    public var remedies: [Remedy]

    /// An explanation with its parts.
    public init(
        _ step: Step,
        since: Timestamp? = nil,
        next: Next? = nil,
        at nextTime: Timestamp? = nil,
        target: Timestamp? = nil,
        remedies: [Remedy] = []
    ) {
        self.step = step
        self.since = since
        self.next = next
        self.nextTime = nextTime
        self.target = target
        self.remedies = remedies
    }
}
