internal import Logging
internal import Metrics
public import ServiceLifecycle
internal import SettlementJournal
public import SettlementLedger

/// The settlement path of one node: billing shards over one journal, and the bus that tells of durable facts.
///
/// Open it, run it as a `Service` beside your region controllers, and submit commands from anywhere:
///
/// ```swift
/// let pool = try SettlementPool.open(journal: .file(JournalConfiguration(directory: "journal")), logger: logger)
/// let outcome = try await pool.recharge(Amount(minorUnits: 10_000), to: account, key: key)
/// ```
///
/// An outcome is returned only when it is durable. Commands of one account are applied one after the other;
/// calls made at the same time share one sync of the disk.
public final class SettlementPool: Service, StandingSource {
    /// How the pool was built.
    public let configuration: PoolConfiguration
    /// Delivers durable changes of standing to its subscribers.
    public let bus: NotificationBus
    let shards: [BillingShard]
    /// Of the shards, which keep them alive.
    let mailboxes: [Unmanaged<Mailbox>]
    let router: ShardRouter
    let journal: any Journal
    let clock: any SettlementClock
    let logger: Logger
    let metrics: PoolMetrics

    init(
        configuration: PoolConfiguration,
        recovered: consuming RecoveredLedgers,
        journal: any Journal,
        bus: NotificationBus,
        clock: any SettlementClock,
        observer: any PathObserver,
        logger: Logger
    ) {
        let shardCount = recovered.shardCount
        let metrics = PoolMetrics(shardCount: shardCount)
        var shards: [BillingShard] = []
        for index in 0..<shardCount {
            var share = recovered.take(shard: index)
            share.ledger.limitOpenBills(to: Self.openBillsMax(for: journal))
            shards.append(
                BillingShard(
                    index: index,
                    configuration: configuration,
                    ledger: share.ledger,
                    sequence: share.sequence,
                    journal: journal,
                    bus: bus,
                    clock: clock,
                    observer: observer,
                    metrics: metrics
                )
            )
        }
        self.configuration = configuration
        self.bus = bus
        self.shards = shards
        self.mailboxes = shards.map { Unmanaged.passUnretained($0.mailbox) }
        self.router = ShardRouter(shardCount: shardCount)
        self.journal = journal
        self.clock = clock
        self.logger = logger
        self.metrics = metrics
    }

    /// One command may pay all bills of an account, with two entries each, one more for each fund that it uses up, and some
    /// for its body, refund books and standing.
    private static func openBillsMax(for journal: any Journal) -> Int {
        max(1, (journal.stageBytesMax / Entry.byteCount - 16 - Fund.countMax) / 2)
    }

    /// Commands held by each shard now: waiting, being applied, or waiting for the disk.
    public var queueDepths: [Int] { shards.map(\.admission.depth) }

    /// The shard that keeps `account`.
    public func shard(of account: AccountID) -> Int { router.shard(of: account) }

    /// Business time now, as the pool stamps it into commands that carry none.
    public var now: Timestamp { clock.wallTime }

    /// The durable standing of each account, in the order asked; `nil`: no such account. O(accounts).
    public func standings(of accounts: [AccountID]) async throws(StandingUnavailable) -> [Standing?] {
        var result = [Standing?](repeating: nil, count: accounts.count)
        for (shard, positions) in positionsByShard(accounts) where !positions.isEmpty {
            let found = try await shards[shard].standings(of: positions.map { accounts[$0] })
            for (position, standing) in zip(positions, found) { result[position] = standing }
        }
        return result
    }

    func positionsByShard(_ accounts: [AccountID]) -> EnumeratedSequence<[[Int]]> {
        var positions = [[Int]](repeating: [], count: shards.count)
        for (position, account) in accounts.enumerated() { positions[router.shard(of: account)].append(position) }
        return positions.enumerated()
    }
}
