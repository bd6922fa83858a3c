public import SettlementLedger

/// What happens to an account that does not pay, and when: the rules of one product of one vendor, as data.
///
/// ``ArrearsCase`` carries a policy out. The policies that come with the package are ``shipped``; the same are written as
/// YAML beside the sources, and an embedder may make others.
public struct ArrearsPolicy: Sendable, Hashable {
    /// Such as `aliyun-ecs-cn`.
    public var name: String
    /// One sentence on whose rules these are.
    public var summary: String
    /// On whose calendar ages are counted.
    public var timeZone: ZoneRules
    /// What happens. Of stages that fall due at one instant, the first in the list comes first.
    public var stages: [Stage]
    /// What a payment that does not settle everything changes.
    public var relief: Relief
    /// Whether an account in debt that a deferral covers is left alone; else its arrears begin with the debt.
    public var honoursDeferral: Bool
    /// Reasons for a stop from which resources recover by themselves when the reason is gone. For all others the user has
    /// to do something: press start, renew, appeal.
    public var resumes: StopReasons
    /// The credit that is needed to leave arrears.
    public var restart: RestartRule

    /// The most bytes of a policy's or a stage's name: names are part of messages, which have an end.
    public static let nameBytesMax = 100

    /// - Precondition: the name has 1 to ``nameBytesMax`` bytes, there are stages, their names differ, and each is sound
    ///   (``Stage/problem``).
    public init(
        name: String,
        summary: String,
        timeZone: ZoneRules = .shanghai,
        relief: Relief = .clearing,
        honoursDeferral: Bool = false,
        resumes: StopReasons = .arrears,
        restart: RestartRule = RestartRule(),
        stages: [Stage]
    ) {
        precondition((1...Self.nameBytesMax).contains(name.utf8.count), "a policy's name has 1 to 100 bytes: \(name)")
        precondition(!stages.isEmpty, "policy \(name) has no stage")
        precondition(Set(stages.map(\.name)).count == stages.count, "two stages of policy \(name) have one name")
        for stage in stages {
            if let problem = stage.problem { preconditionFailure("stage \(stage.name) of policy \(name) \(problem)") }
        }
        self.name = name
        self.summary = summary
        self.timeZone = timeZone
        self.stages = stages
        self.relief = relief
        self.honoursDeferral = honoursDeferral
        self.resumes = resumes
        self.restart = restart
    }

    /// What a payment that does not settle everything changes.
    public enum Relief: String, Sendable, Hashable, CaseIterable {
        /// Restrictions stay until everything is settled; only what is still to come moves (Alibaba Cloud).
        case clearing
        /// Restrictions follow the age of the earliest bill that is still open (AWS, Kill Bill).
        case reanchoring
    }
}

extension ArrearsPolicy {
    /// One step of a policy: at an age, if all conditions hold, some actions.
    public struct Stage: Sendable, Hashable {
        /// For people and logs; unique in its policy.
        public var name: String
        /// From when the age is counted.
        public var anchor: Anchor
        /// How long after the anchor (before it, if negative) the stage is reached.
        public var age: CalendarSpan
        /// All must hold; a stage whose conditions come to hold later is reached then.
        public var conditions: [Condition]
        /// What happens, in this order.
        public var actions: [ArrearsAction]
        /// How the stage comes again; `nil`: it does not.
        public var repetition: Repetition?

        /// A step of a policy.
        public init(
            _ name: String,
            since anchor: Anchor,
            after age: CalendarSpan = .zero,
            when conditions: [Condition] = [],
            repeating repetition: Repetition? = nil,
            _ actions: [ArrearsAction]
        ) {
            self.name = name
            self.anchor = anchor
            self.age = age
            self.conditions = conditions
            self.actions = actions
            self.repetition = repetition
        }

        /// What is wrong with the stage, in words that finish the sentence "this stage …"; `nil`: nothing.
        public var problem: String? {
            if name.isEmpty { return "has no name" }
            let most = ArrearsPolicy.nameBytesMax
            if name.utf8.count > most { return "has a name of over \(most) bytes" }
            if actions.isEmpty { return "does nothing" }
            guard let repetition else { return nil }
            if !actions.allSatisfy({ $0.nature == .momentary }) { return "repeats an action that lasts" }
            if let times = repetition.times, times < 2 { return "repeats fewer than 2 times" }
            if repetition.every.months < 0 || repetition.every.days < 0 || repetition.every.seconds < 0
                || repetition.every == .zero || repetition.every.timeOfDay != nil
            {
                return "repeats after a span that is not a plain length of time"
            }
            return nil
        }
    }

    /// From when an age is counted.
    public enum Anchor: String, Sendable, Hashable, CaseIterable {
        /// The account fell into arrears.
        case arrearsStart
        /// The account began to owe under a deferral that covers it.
        case deferralStart
        /// The earliest bill that is still open fell due. Moves when that bill is paid.
        case earliestOverdueBill
        /// The vendor's formal notice.
        case notice
        /// What was paid in advance ends.
        case expiry
        /// Everything was suspended in this case.
        case suspension
    }

    /// What must hold besides the age.
    public enum Condition: Sendable, Hashable {
        /// The stage's anchor lies before an instant: an older version of a rule.
        case anchoredBefore(Timestamp)
        /// The stage's anchor lies at or after an instant: a newer version of a rule.
        case anchoredFrom(Timestamp)
        /// At least so much is owed, in minor units of the account's currency.
        case owesAtLeast(Amount)
        /// At least so many bills are overdue.
        case overdueBills(atLeast: Int)
    }

    /// How a stage comes again.
    public struct Repetition: Sendable, Hashable {
        /// Between two times.
        public var every: CalendarSpan
        /// How often in all, at least 2; `nil`: as long as the anchor stands.
        public var times: Int?

        /// A repetition, the first time included in `times`.
        public init(every: CalendarSpan, times: Int? = nil) {
            self.every = every
            self.times = times
        }
    }

    /// The credit that is needed to leave arrears.
    public struct RestartRule: Sendable, Hashable {
        /// How available credit is compared with the floor.
        public var comparison: LedgerPolicy.RestartComparison
        /// Available credit for the restart that follows a payment by itself; zero for currencies not named.
        public var floor: [Currency: Amount]
        /// Cash and vouchers that a user must have to press start after settling; zero for currencies not named.
        public var manualFloor: [Currency: Amount]

        /// A rule; by default available credit must exceed zero.
        public init(
            comparison: LedgerPolicy.RestartComparison = .above,
            floor: [Currency: Amount] = [:],
            manualFloor: [Currency: Amount] = [:]
        ) {
            self.comparison = comparison
            self.floor = floor
            self.manualFloor = manualFloor
        }
    }

    /// The rules a ledger decides by so that its clearing edge is this policy's.
    ///
    /// - Precondition: the policy's zone has one offset (``ZoneRules/isFixed``), because billing months begin at one.
    public var ledgerPolicy: LedgerPolicy {
        precondition(timeZone.isFixed, "billing months need a fixed offset from UTC")
        return LedgerPolicy(
            restartFloor: restart.floor,
            comparison: restart.comparison,
            offsetMinutes: timeZone.initialOffset / 60
        )
    }
}
