internal import Logging
public import ServiceLifecycle
internal import SettlementJournal
public import SettlementLedger

/// Carries one policy out for the accounts of a pool: keeps their cases, waits for their times, hands out what is to be done.
///
/// Level-triggered: a notification is a hint to read an account's books; before a stage whose time has come is told, they
/// are read again, so whoever has paid is left alone. A slow sweep over the accounts that owe finds what no notification
/// tells: debts under a deferral, a bill paid in part. What was learnt is journaled before it has any effect, and what is
/// done afterwards, so a restarted service goes on where the one before ended.
public actor ArrearsService: Service {
    /// The rules.
    public nonisolated let policy: ArrearsPolicy
    let source: any ArrearsSource
    let bus: NotificationBus
    let actions: any ArrearsActions
    let settings: ArrearsSettings
    let clock: any SettlementClock
    let journal: any Journal
    let logger: Logger

    var desk: ArrearsDesk
    /// Of the last cell staged.
    var sequence: UInt64
    /// Of the last cells staged; `nil`: none were.
    var staged: JournalTicket?
    var cellsSinceSnapshot = 0
    /// How far the bus was taken by what is kept.
    var cursor: [UInt64]
    /// A delivery whose accounts are being tended; acknowledged when what followed is kept.
    var delivered: BusCursor?
    /// The past of some shard is gone: its accounts' last changes may never be told.
    var isHistoryGone = false
    var isSweepDue = true
    /// The latest sweep has listed all who owe.
    var isSweepComplete = false
    var sweepAt: Int64 = 0
    var failures = 0
    var generator: SplitMix64
    let signals = (tend: WakeSignal(), act: WakeSignal(), taken: WakeSignal())

    init(
        recovered: RecoveredArrears,
        journal: any Journal,
        source: any ArrearsSource,
        bus: NotificationBus,
        actions: any ArrearsActions,
        settings: ArrearsSettings,
        clock: any SettlementClock,
        seed: UInt64,
        logger: Logger
    ) {
        self.policy = recovered.desk.book.policy
        self.source = source
        self.bus = bus
        self.actions = actions
        self.settings = settings
        self.clock = clock
        self.journal = journal
        self.logger = logger
        self.desk = recovered.desk
        self.cursor = recovered.cursor
        self.sequence = journal.stagedSequence(shard: 0)
        self.generator = SplitMix64(seed: seed)
    }

    /// The case of an account; `nil`: it is in no trouble. For ``SettlementPool/explain(_:regions:standingSince:pendingFunds:arrears:prepaid:restart:)``.
    public func arrears(of account: AccountID) -> ArrearsCase? { desk.book[account] }

    /// Number of open cases.
    public var caseCount: Int { desk.book.count }

    /// Orders that wait to be carried out.
    public func waitingOrders(of account: AccountID) -> [ArrearsOrder] { desk.orders(of: account) }

    /// The vendor's formal notice has gone out: stages that count from it count from `time`. It holds until the account
    /// owes nothing.
    ///
    /// - Returns: whether the account had an open case; others get no notice.
    public func recordNotice(to account: AccountID, at time: Timestamp) async throws(SettlementError) -> Bool {
        guard let file = desk.files[account], desk.book[account] != nil else { return false }
        var facts = file.facts
        facts.notice = time
        let learnt = max(time, desk.book[account]?.time ?? time)
        let cell = ArrearsCell(facts: facts, of: account, epoch: file.epoch, at: learnt)
        desk.learn(cell)
        try await keep([cell])
        release([account])
        return true
    }

    /// The user has done what a stop waits for that outlasted its reason.
    ///
    /// - Returns: whether there was such a stop.
    public func userResumed(_ account: AccountID) async throws(SettlementError) -> Bool {
        guard let cell = desk.resume(account, at: clock.wallTime) else { return false }
        try await keep([cell])
        release([account])
        return true
    }

    /// Works until graceful shutdown or cancellation, then closes the journal.
    ///
    /// - Throws: ``SettlementError`` when the journal fails: nothing is done that could not be remembered.
    public func run() async throws {
        if cursor.isEmpty { cursor = Array(repeating: 0, count: await bus.shardCount ?? 0) }
        let subscription = try await bus.subscribe(
            name: "arrears-\(policy.name)",
            regions: RegionSet(rawValue: .max),
            from: cursor.isEmpty ? nil : BusCursor(sequences: cursor),
            bufferLimit: settings.bufferLimit
        )
        let failure = await firstFailure(of: subscription)
        do {
            try await journal.close()
        } catch {
            logger.error("the journal did not close", metadata: ["error": "\(error)"])
        }
        if let failure { throw failure }
    }

    private func firstFailure(of subscription: Subscription) async -> SettlementError? {
        for account in desk.files.keys.sorted() { desk.release(account) }
        let begun = WakeSignal()
        return await withGracefulShutdownHandler {
            await withTaskGroup(of: SettlementError?.self) { group in
                group.addTask { await self.takeNotifications(from: subscription) }
                group.addTask { await self.tendAccounts(subscription) }
                group.addTask { await self.carryOutOrders() }
                group.addTask {
                    try? await begun.wait()
                    return nil
                }
                let first = await group.next() ?? nil
                group.cancelAll()
                return first
            }
        } onGracefulShutdown: {
            begun.set()
        }
    }

    /// Waits until cells are durable.
    func keep(_ cells: [ArrearsCell]) async throws(SettlementError) {
        if cells.isEmpty { return }
        do throws(JournalFailure) {
            staged = try journal.stage(cells.span.bytes, shard: 0, after: sequence)
            sequence += UInt64(cells.count)
            cellsSinceSnapshot += cells.count
        } catch {
            throw SettlementError(.journalFailed, "arrears service \(policy.name): \(error)")
        }
        try await durable()
    }

    /// Waits until everything that was staged before the call is durable: only then may it have effects.
    func durable() async throws(SettlementError) {
        guard let staged else { return }
        do throws(JournalFailure) {
            try await journal.durable(staged)
        } catch {
            throw SettlementError(.journalFailed, "arrears service \(policy.name): \(error)")
        }
    }

    /// What is kept may have its effects.
    func release(_ accounts: [AccountID]) {
        for account in accounts { desk.release(account) }
        signals.act.set()
        signals.tend.set()
    }
}

/// How an arrears service works. Times are nanoseconds.
public struct ArrearsSettings: Sendable, Hashable {
    /// Between the beginnings of two sweeps over the accounts that owe.
    public var sweepPeriodNanoseconds: Int64 = 600_000_000_000
    /// Longest sleep: how late a jump of the wall clock is noticed.
    public var lookNanoseconds: Int64 = 3_600_000_000_000
    /// Until an account is looked at again whose books and notifications do not agree yet.
    public var pollNanoseconds: Int64 = 2_000_000_000
    /// Between attempts at an account's order, and at reading books that cannot be read.
    public var backoff = Backoff()
    /// Accounts whose books are read together, or whose orders are carried out together.
    public var batch = 256
    /// Notifications taken together.
    public var notificationBatch = 4_096
    /// Notifications kept while the service is busy.
    public var bufferLimit = 65_536
    /// Cells after which the journal is snapshotted.
    public var snapshotEveryCells = 1_000_000

    /// The defaults above.
    public init() {}
}
