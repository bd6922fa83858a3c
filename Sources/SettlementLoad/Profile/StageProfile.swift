/// A stretch of a run with its load.
public struct StageProfile: Sendable, Hashable {
    /// What becomes of the month during the stage.
    public enum MonthEnd: String, Sendable, Hashable, CaseIterable {
        /// It is closed, beginning with the stage.
        case close
    }

    /// Unique in the profile; thresholds name it after `@`.
    public var name: String
    /// How long arrivals go on, in nanoseconds; more than 0.
    public var durationNanoseconds: Int64
    /// Free words that reports carry.
    public var tags: [String]
    /// Left out of results: warm-up or cool-down.
    public var isExcluded: Bool
    /// Recharges.
    public var recharges: RechargeLoad?
    /// Manual write-offs of one chosen bill each.
    public var writeOffs: ArrivalLoad?
    /// New bills of the current month.
    public var bills: ArrivalLoad?
    /// Reads of an account.
    public var queries: ArrivalLoad?
    /// What becomes of the month.
    public var monthEnd: MonthEnd?
}

/// Something that arrives by its own clock, however fast it is answered.
public struct ArrivalLoad: Sendable, Hashable {
    /// How arrivals are spread over the stage.
    public enum Pattern: String, Sendable, Hashable, CaseIterable {
        /// Independent of each other: the number in a second varies as with real customers.
        case poisson
        /// At equal distances.
        case even
        /// Exactly the asked number, at random instants.
        case exact
    }

    /// Which accounts they are about.
    public enum Accounts: String, Sendable, Hashable, CaseIterable {
        /// Those in arrears at the beginning, each once before any again.
        case suspended
        /// Any, with equal chance.
        case all
    }

    /// Arrivals each period.
    public var rate: Rate
    /// How they are spread.
    public var pattern: Pattern
    /// Whom they are about.
    public var accounts: Accounts

    /// A load.
    public init(rate: Rate, pattern: Pattern = .poisson, accounts: Accounts = .all) {
        self.rate = rate
        self.pattern = pattern
        self.accounts = accounts
    }
}

/// Recharges that arrive.
public struct RechargeLoad: Sendable, Hashable {
    /// How much is paid in.
    public enum AmountRule: Sendable, Hashable {
        /// As much as clears the account, in round sums as people pay them.
        case clears
        /// A random amount in minor units.
        case distributed(Distribution)
    }

    /// When and for whom.
    public var arrivals: ArrivalLoad
    /// How much.
    public var amount: AmountRule

    /// A load of recharges.
    public init(arrivals: ArrivalLoad, amount: AmountRule = .clears) {
        self.arrivals = arrivals
        self.amount = amount
    }
}
