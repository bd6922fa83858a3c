public import Logging
public import ServiceLifecycle
public import SettlementLedger

/// Takes alerts and requests for recharges: webhooks, a robot, the shop.
public protocol AlertReceiver: Sendable {
    /// Takes alerts in the order in which they came. After a crash one may come once more.
    ///
    /// - Returns: whether it keeps them; else they come again.
    func receive(_ alerts: [Alert]) async -> Bool

    /// Takes money from the customer's means of payment and recharges the account, under the key of the request. A service
    /// that starts asks again for all of the present period: what was done under the key is not done again.
    func recharge(_ request: RechargeRequest) async
}

/// Watches accounts for their holders: reads behind the hot path what has changed, and lets the time of reminders come.
///
/// Accounts that nobody watches cost the reading of the journal and nothing else. Figures are those of the moment they are
/// read, so a fall that a recharge undoes at once may go unseen; who is below its threshold is always seen.
///
/// Opened on a journal of its own (``open(source:receiver:journal:budgets:clock:pollNanoseconds:logger:)``), the service
/// knows after a restart who was told what: a crossing is told once, reminders go on counting, and an alert that was not
/// received comes again. Rules are the embedder's: ``watch(_:_:)`` accounts anew before ``run()``, and what is remembered
/// of them goes on.
public actor AlertService: Service {
    let source: any AccountChanges
    let receiver: any AlertReceiver
    let clock: any SettlementClock
    let pollNanoseconds: Int64
    let logger: Logger

    /// Iterated in the order of accounts only.
    var watches: [AccountID: AlertWatch] = [:]
    var groups: [AccountID: BudgetGroup] = [:]
    var timers = TimerQueue<AccountID>()
    var budgets: BudgetBook
    /// By shard, up to where changes were taken; empty: not begun.
    public internal(set) var cursor: [UInt64]
    let signal = WakeSignal()
    /// What is known again after a restart; `nil`: nothing is.
    var memory: ServiceMemory?
    /// The last changes that were handed to it.
    var staged: ServiceMemory.Kept?
    /// By shard, the cursor as it is kept.
    var keptCursor: [UInt64] = []
    /// Watches that have changed and are not kept yet.
    var changed: Set<AccountID> = []
    /// Told and not received, by number.
    var outbox: [(number: UInt64, alert: Alert)] = []
    var lastNumber: UInt64 = 0
    private var hasBegun = false
    /// What ends the service.
    var failure: SettlementError?

    /// A service that watches nobody and whose knowledge ends with it.
    ///
    /// - Parameters:
    ///   - source: the pool.
    ///   - budgets: of groups, see ``join(_:account:)``.
    ///   - cursor: where an earlier service ended; empty: what has changed before now is no news.
    ///   - pollNanoseconds: between two looks at the journal.
    public init(
        source: any AccountChanges,
        receiver: any AlertReceiver,
        budgets: BudgetBook = BudgetBook([]),
        cursor: [UInt64] = [],
        clock: any SettlementClock = SystemClock(),
        pollNanoseconds: Int64 = 1_000_000_000,
        logger: Logger
    ) {
        self.source = source
        self.receiver = receiver
        self.budgets = budgets
        self.cursor = cursor
        self.clock = clock
        self.pollNanoseconds = pollNanoseconds
        self.logger = logger
    }

    /// Watches an account from now on, by rules that replace earlier ones; `nil` ends it. What a service before this one
    /// remembered of the account goes on under the rules.
    ///
    /// - Returns: whether there is such an account.
    public func watch(_ account: AccountID, _ rules: AlertRules?) async throws(StandingUnavailable) -> Bool {
        guard let rules else {
            watches[account] = nil
            timers.cancel(account)
            forget(account)
            return true
        }
        // What changes from here on is news, also for the service after a crash.
        if cursor.isEmpty { cursor = source.durableHeads }
        guard let view = try await source.accounts([account]).first ?? nil else { return false }
        if watches[account] == nil, var watch = remembered(account, rules) {
            // Its changes may have been passed over; before the service runs they are still to come.
            let alerts = hasBegun ? watch.learn(AlertWatch.Figures(view), at: clock.wallTime) : []
            keep(watch)
            post(alerts)
        } else {
            keep(AlertWatch(account, rules: rules, figures: AlertWatch.Figures(view), at: clock.wallTime))
            post([])
        }
        signal.set()
        return true
    }

    /// What the account is billed counts for the budgets of a group from now on; `nil`: for none.
    public func join(_ group: BudgetGroup?, account: AccountID) { groups[account] = group }

    /// What a group has spent.
    public func spent(_ group: BudgetGroup, _ period: Budget.Period) -> Amount? {
        budgets.spent(group, period, at: clock.wallTime)
    }

    /// Alerts that the receiver has not taken yet.
    public var waitingAlerts: [Alert] { outbox.map(\.alert) }

    /// Works until graceful shutdown or cancellation.
    ///
    /// What the present periods of budgets have spent is read from the journal first, for accounts that have joined a group
    /// before. O(entries kept) if there are any.
    /// - Throws: ``SettlementError`` when the service's journal fails.
    public func run() async throws {
        if cursor.count != source.durableHeads.count { cursor = source.durableHeads }
        hasBegun = true
        post([])
        await untilGracefulShutdown {
            await self.readBudgets()
            await self.work()
        }
        await memory?.close()
        if let failure { throw failure }
    }

    private func work() async {
        while !Task.isCancelled, failure == nil {
            for shard in cursor.indices { await readChanges(of: shard) }
            tellDue()
            await deliver()
            if let snapshot = memory?.takeSnapshotIfDue() { await snapshot.write() }
            let poll = clock.monotonicNanoseconds + pollNanoseconds
            try? await signal.wait(until: poll, clock: clock)
        }
    }

    private func tellDue() {
        var due: [TimerQueue<AccountID>.Due] = []
        timers.advance(to: clock.wallTime, into: &due)
        var alerts: [Alert] = []
        for timer in due {
            guard var watch = watches[timer.key] else { continue }
            alerts += watch.advance(to: clock.wallTime)
            keep(watch)
        }
        if !due.isEmpty { post(alerts) }
    }

    func keep(_ watch: AlertWatch) {
        watches[watch.account] = watch
        changed.insert(watch.account)
        if let due = watch.nextDue { timers.set(watch.account, at: due) } else { timers.cancel(watch.account) }
    }
}

extension AlertWatch.Figures {
    /// The figures of an account with a ledger.
    public init(_ account: AccountView) { self.init(credit: account.availableCredit, cash: account.cash) }
}
