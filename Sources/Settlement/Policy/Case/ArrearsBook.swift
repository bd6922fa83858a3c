public import SettlementLedger

/// The cases of many accounts under one policy, and one timer for each that has something to come: a value that is told
/// facts and the time.
///
/// An account without trouble takes no room. Time costs what falls due, not what is pending.
public struct ArrearsBook: Sendable {
    /// An event with its account.
    public struct Event: Sendable, Hashable {
        /// Whose case.
        public var account: AccountID
        /// What it has come to.
        public var event: ArrearsEvent
    }

    /// The rules.
    public let policy: ArrearsPolicy
    /// Everything that fell due up to here has been told.
    public private(set) var time: Timestamp
    /// Looked up, never iterated.
    private var cases: [AccountID: ArrearsCase] = [:]
    private var timers = TimerQueue<AccountID>()

    /// A book without cases; nothing before `time` is told.
    public init(policy: ArrearsPolicy, at time: Timestamp) {
        self.policy = policy
        self.time = time
    }

    /// Number of accounts with a case.
    public var count: Int { cases.count }

    /// When ``advance(to:into:)`` has something to tell next; `nil`: never. O(1).
    public var nextDue: Timestamp? { timers.nextDue }

    /// The case of an account; `nil`: it has no trouble. O(1) expected.
    public subscript(account: AccountID) -> ArrearsCase? { cases[account] }

    /// Learns the facts of an account at an instant, as ``ArrearsCase/adopt(_:at:)`` does, and appends what follows.
    ///
    /// Facts that arrive late, of before what the book has told, open a case as it would have been opened in time: what
    /// fell due since then is told with its own time. O(stages + log pending).
    public mutating func adopt(
        _ facts: ArrearsFacts,
        of account: AccountID,
        at time: Timestamp,
        into events: inout [Event]
    ) {
        var arrears = cases[account] ?? ArrearsCase(policy: policy, at: time)
        append(arrears.adopt(facts, at: time), of: account, to: &events)
        keep(arrears, of: account)
    }

    /// The user of a stop that outlasted its reason has ended it. Appends what follows.
    public mutating func userResumed(_ account: AccountID, at time: Timestamp, into events: inout [Event]) {
        guard var arrears = cases[account] else { return }
        append(arrears.userResumed(at: max(time, self.time)), of: account, to: &events)
        keep(arrears, of: account)
    }

    /// Lets time pass: appends what falls due up to and including `time`, by its time, then by account.
    ///
    /// O(due · (stages + log pending)); nothing is spent on cases that have nothing due.
    public mutating func advance(to time: Timestamp, into events: inout [Event]) {
        var due: [TimerQueue<AccountID>.Due] = []
        while let next = timers.nextDue, next <= time {
            due.removeAll(keepingCapacity: true)
            timers.advance(to: next, into: &due)
            for timer in due {
                guard var arrears = cases[timer.key] else { preconditionFailure("a timer of no case") }
                append(arrears.advance(to: timer.time), of: timer.key, to: &events)
                keep(arrears, of: timer.key)
            }
        }
        self.time = max(self.time, time)
    }

    /// Lets time pass for one account up to and including `time`. Appends what falls due. O(due · stages + log pending).
    public mutating func advance(_ account: AccountID, to time: Timestamp, into events: inout [Event]) {
        guard var arrears = cases[account] else { return }
        append(arrears.advance(to: time), of: account, to: &events)
        keep(arrears, of: account)
    }

    /// The accounts that have something due by `time`, the earliest first. Each has to learn facts or to be advanced
    /// now: until then the book does not name it again.
    mutating func takeDue(at time: Timestamp) -> [AccountID] {
        var due: [TimerQueue<AccountID>.Due] = []
        timers.advance(to: time, into: &due)
        return due.map(\.key)
    }

    /// A final action that was told is not done after all: the account has paid in time.
    mutating func revoke(_ action: ArrearsAction, of account: AccountID) {
        guard var arrears = cases[account] else { return }
        arrears.finalActions.removeAll { $0 == action }
        keep(arrears, of: account)
    }

    private func append(_ told: [ArrearsEvent], of account: AccountID, to events: inout [Event]) {
        for event in told { events.append(Event(account: account, event: event)) }
    }

    private mutating func keep(_ arrears: ArrearsCase, of account: AccountID) {
        cases[account] = arrears.isIdle ? nil : arrears
        if let next = arrears.nextDue {
            timers.set(account, at: next)
        } else {
            timers.cancel(account)
        }
    }
}

extension ArrearsCase {
    /// Whether forgetting the case loses nothing.
    fileprivate var isIdle: Bool {
        facts == .clear && restrictions.isEmpty && finalActions.isEmpty && nextDue == nil
    }
}
