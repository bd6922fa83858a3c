public import Logging
public import SettlementJournal
internal import SettlementLedger

extension SettlementPool {
    /// Opens a pool and recovers everything its journal acknowledged.
    ///
    /// Reads the newest good snapshots and the journal behind them. Blocks the calling thread on the disk meanwhile:
    /// call it before you start to serve. Nothing runs in the background until ``run()``.
    ///
    /// - Parameters:
    ///   - configuration: shards, bounds, ledger rules.
    ///   - journal: where facts are kept.
    ///   - clock: business time and monotonic time.
    ///   - observer: told how long each stage of the path took; by default swift-metrics timers named `settlement.…`.
    ///   - logger: for recovery, snapshots and failures of the disk.
    /// - Throws: ``PoolOpenError`` when acknowledged data is damaged or missing, the directory is in use, or was made
    ///   by another version or for another number of shards. Nothing is changed then.
    public static func open(
        _ configuration: PoolConfiguration = PoolConfiguration(),
        journal choice: JournalChoice,
        clock: any SettlementClock = SystemClock(),
        observer: any PathObserver = MetricsPathObserver(),
        logger: Logger
    ) throws(PoolOpenError) -> SettlementPool {
        let shardCount = try shardCount(configuration, choice)
        var configuration = configuration
        configuration.shardCount = shardCount
        let recovered = RecoveredLedgers(shardCount: shardCount, policy: configuration.policy)
        let journal: any Journal
        switch choice {
        case .memory: journal = MemoryJournal(shardCount: shardCount)
        case .custom(let made): journal = made
        case .opened(let open): journal = try read(open, into: recovered)
        case .file(var file):
            file.shardCount = shardCount
            do throws(JournalOpenError) {
                journal = try FileJournal.open(file, recovering: recovered.take, logger: logger)
            } catch {
                throw PoolOpenError(error)
            }
            logger.info(
                "journal recovered",
                metadata: ["directory": "\(file.directory)", "entries": "\(recovered.entriesReplayed)"]
            )
        }
        let heads = (0..<shardCount).map { journal.stagedSequence(shard: $0) }
        let bus = NotificationBus(heads: heads, history: JournalHistory(journal: journal))
        return SettlementPool(
            configuration: configuration,
            recovered: recovered,
            journal: journal,
            bus: bus,
            clock: clock,
            observer: observer,
            logger: logger
        )
    }

    private static func shardCount(
        _ configuration: PoolConfiguration,
        _ choice: JournalChoice
    ) throws(PoolOpenError) -> Int {
        if let wanted = configuration.shardCount { return wanted }
        guard case .file(let file) = choice else { return PoolConfiguration.defaultShardCount }
        do throws(JournalOpenError) {
            return try FileJournal.shardCount(inDirectory: file.directory) ?? PoolConfiguration.defaultShardCount
        } catch {
            throw PoolOpenError(error)
        }
    }

    private static func read(
        _ open: (JournalRecovery) throws(JournalOpenError) -> any Journal,
        into recovered: RecoveredLedgers
    ) throws(PoolOpenError) -> any Journal {
        do throws(JournalOpenError) {
            return try open { part, bytes in try recovered.take(part, bytes) }
        } catch {
            throw PoolOpenError(error)
        }
    }
}

/// Why a pool did not open: the message says where, what was expected, and what to do.
public struct PoolOpenError: Error, Sendable, CustomStringConvertible {
    /// What the journal found.
    public let journal: JournalOpenError
    /// One line: where, what was expected, what to do.
    public var description: String { journal.description }

    init(_ journal: JournalOpenError) { self.journal = journal }
}
