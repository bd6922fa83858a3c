/// Something that arrives in a stage: when, and whom it is about.
public struct ArrivalLoad: Sendable, Hashable {
    /// How arrivals are spread at a given rate.
    public enum Pattern: String, Sendable, Hashable, CaseIterable {
        /// Independent of each other: the number in a second varies as with real customers.
        case poisson
        /// At equal distances, as far as the rate is constant.
        case even
        /// Exactly the number that the rate comes to over the stage, at random instants.
        case exact
    }

    /// What decides when something arrives.
    public enum Timing: Sendable, Hashable {
        /// Its own clock, however fast the system answers.
        case open(RateShape, Pattern)
        /// A list of instants in nanoseconds after the beginning of the stage, ascending; the same.
        case listed([Int64])
        /// The answers: each caller waits for one before it asks again.
        case closed(CallerGroup)
    }

    /// Which accounts they are about.
    public enum Accounts: String, Sendable, Hashable, CaseIterable {
        /// Those in arrears at the beginning, each once before any again.
        case suspended
        /// Any, with equal chance.
        case all
    }

    /// When they arrive.
    public var timing: Timing
    /// Whom they are about.
    public var accounts: Accounts

    /// A load.
    public init(_ timing: Timing, accounts: Accounts = .all) {
        self.timing = timing
        self.accounts = accounts
    }

    /// A load of constant rate.
    public init(rate: Rate, pattern: Pattern = .poisson, accounts: Accounts = .all) {
        self.init(.open(.constant(rate), pattern), accounts: accounts)
    }

    /// The callers of a closed-loop load.
    public var callers: CallerGroup? {
        if case .closed(let group) = timing { group } else { nil }
    }
}

/// Callers who each wait for an answer before they ask again.
public struct CallerGroup: Sendable, Hashable {
    /// How many there are; at least 1.
    public var count: Int
    /// Requests that a caller makes together; at least 1.
    public var batch: Int
    /// Between an answer and the next request, in nanoseconds.
    public var think: Distribution

    /// Callers who make `batch` requests together, and again as soon as they have the answers.
    public init(count: Int, batch: Int = 1, think: Distribution = .constant(0)) {
        precondition(count > 0 && batch > 0, "somebody calls, and for something")
        self.count = count
        self.batch = batch
        self.think = think
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
