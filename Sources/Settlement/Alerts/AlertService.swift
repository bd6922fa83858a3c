public import Logging
public import ServiceLifecycle
public import SettlementLedger

/// Takes alerts and requests for recharges: webhooks, a robot, the shop.
public protocol AlertReceiver: Sendable {
    /// Takes alerts in the order in which they came. It keeps them: they do not come again.
    func receive(_ alerts: [Alert]) async

    /// Takes money from the customer's means of payment and recharges the account, under the key of the request. A service
    /// that starts asks again for all of the present period: what was done under the key is not done again.
    func recharge(_ request: RechargeRequest) async
}

/// Watches accounts for their holders: reads behind the hot path what has changed, and lets the time of reminders come.
///
/// Accounts that nobody watches cost the reading of the journal and nothing else. Figures are those of the moment they are
/// read, so a fall that a recharge undoes at once may go unseen; who is below its threshold is always seen.
public actor AlertService: Service {
    private let source: any AccountChanges
    private let receiver: any AlertReceiver
    private let clock: any SettlementClock
    private let pollNanoseconds: Int64
    private let logger: Logger

    /// Iterated in the order of accounts only.
    private var watches: [AccountID: AlertWatch] = [:]
    private var groups: [AccountID: BudgetGroup] = [:]
    private var timers = TimerQueue<AccountID>()
    private var budgets: BudgetBook
    /// By shard, up to where changes were taken; empty: not begun.
    public private(set) var cursor: [UInt64]
    private let signal = WakeSignal()

    /// A service that watches nobody.
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

    /// Watches an account from now on, by rules that replace earlier ones; `nil` ends it.
    ///
    /// - Returns: whether there is such an account.
    public func watch(_ account: AccountID, _ rules: AlertRules?) async throws(StandingUnavailable) -> Bool {
        guard let rules else {
            watches[account] = nil
            timers.cancel(account)
            return true
        }
        guard let view = try await source.accounts([account]).first ?? nil else { return false }
        keep(AlertWatch(account, rules: rules, figures: AlertWatch.Figures(view), at: clock.wallTime))
        signal.set()
        return true
    }

    /// What the account is billed counts for the budgets of a group from now on; `nil`: for none.
    public func join(_ group: BudgetGroup?, account: AccountID) { groups[account] = group }

    /// What a group has spent.
    public func spent(_ group: BudgetGroup, _ period: Budget.Period) -> Amount? {
        budgets.spent(group, period, at: clock.wallTime)
    }

    /// Works until graceful shutdown or cancellation.
    ///
    /// What the present periods of budgets have spent is read from the journal first, for accounts that have joined a group
    /// before. O(entries kept) if there are any.
    public func run() async {
        if cursor.isEmpty { cursor = source.durableHeads }
        await untilGracefulShutdown {
            await self.readBudgets()
            await self.work()
        }
    }

    /// Warnings were told by the service before; recharges are asked for again, since nobody knows whether they were made.
    private func readBudgets() async {
        guard !groups.isEmpty else { return }
        budgets.begin(at: clock.wallTime)
        for shard in cursor.indices {
            var place: UInt64 = 0
            while place < cursor[shard], !Task.isCancelled {
                do throws(StandingUnavailable) {
                    let page = try await source.changes(shard: shard, after: place)
                    guard page.through > place else { break }
                    // What has not been read yet is news: it is taken with the rest of its page.
                    if page.through > cursor[shard] {
                        cursor[shard] = place
                        break
                    }
                    place = page.through
                    for change in page.changes {
                        for case .recharge(let request) in spend(change) { await receiver.recharge(request) }
                    }
                } catch {
                    logger.warning("what budgets have spent cannot be read", metadata: ["reason": "\(error.reason)"])
                    try? await clock.sleep(nanoseconds: pollNanoseconds)
                }
            }
        }
    }

    private func spend(_ change: AccountChangePage.Change) -> [BudgetBook.Event] {
        guard let group = groups[change.account], change.billed > .zero else { return [] }
        return budgets.spend(change.billed, by: change.account, of: group, at: change.time)
    }

    private func work() async {
        while !Task.isCancelled {
            for shard in cursor.indices { await readChanges(of: shard) }
            await tellDue()
            let poll = clock.monotonicNanoseconds + pollNanoseconds
            try? await signal.wait(until: poll, clock: clock)
        }
    }

    private func readChanges(of shard: Int) async {
        do throws(StandingUnavailable) {
            while cursor[shard] < source.durableHeads[shard], !Task.isCancelled {
                let page = try await source.changes(shard: shard, after: cursor[shard])
                if page.isGap {
                    logger.warning("changes of accounts were dropped unread", metadata: ["shard": "\(shard)"])
                }
                guard page.through > cursor[shard] || page.isGap else { return }
                let concerned = page.changes.filter { watches[$0.account] != nil || groups[$0.account] != nil }
                let views = concerned.isEmpty ? [] : try await source.accounts(concerned.map(\.account))
                // Before the cursor moves: what fails here is read again.
                if page.isGap { try await learnAll() }
                cursor[shard] = max(cursor[shard], page.through)
                for (change, view) in zip(concerned, views) { await take(change, view) }
                if page.isGap { return }
            }
        } catch {
            logger.warning("changes of accounts cannot be read", metadata: ["reason": "\(error.reason)"])
        }
    }

    /// Nobody tells what a gap has changed: the present figures of all who are watched are read.
    private func learnAll() async throws(StandingUnavailable) {
        let accounts = watches.keys.sorted()
        let views = try await source.accounts(accounts)
        var alerts: [Alert] = []
        for (account, view) in zip(accounts, views) {
            guard var watch = watches[account], let view else { continue }
            alerts += watch.learn(AlertWatch.Figures(view), at: clock.wallTime)
            keep(watch)
        }
        if !alerts.isEmpty { await receiver.receive(alerts) }
    }

    private func take(_ change: AccountChangePage.Change, _ view: AccountView?) async {
        var alerts: [Alert] = []
        var requests: [RechargeRequest] = []
        for event in spend(change) {
            switch event {
            case .alert(let alert): alerts.append(alert)
            case .recharge(let request): requests.append(request)
            }
        }
        if var watch = watches[change.account], let view {
            alerts += watch.learn(AlertWatch.Figures(view), at: change.time)
            keep(watch)
        }
        if !alerts.isEmpty { await receiver.receive(alerts) }
        for request in requests { await receiver.recharge(request) }
    }

    private func tellDue() async {
        var due: [TimerQueue<AccountID>.Due] = []
        timers.advance(to: clock.wallTime, into: &due)
        var alerts: [Alert] = []
        for timer in due {
            guard var watch = watches[timer.key] else { continue }
            alerts += watch.advance(to: clock.wallTime)
            keep(watch)
        }
        if !alerts.isEmpty { await receiver.receive(alerts) }
    }

    private func keep(_ watch: AlertWatch) {
        watches[watch.account] = watch
        if let due = watch.nextDue { timers.set(watch.account, at: due) } else { timers.cancel(watch.account) }
    }
}

extension AlertWatch.Figures {
    /// The figures of an account with a ledger.
    public init(_ account: AccountView) { self.init(credit: account.availableCredit, cash: account.cash) }
}
