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
        let recovered = RecoveredLedgers(configuration: configuration)
        let journal: any Journal
        switch choice {
        case .memory: journal = MemoryJournal(shardCount: configuration.shardCount)
        case .custom(let made): journal = made
        case .file(var file):
            file.shardCount = configuration.shardCount
            journal = try openFile(file, into: recovered, logger: logger)
        }
        let heads = (0..<configuration.shardCount).map { journal.stagedSequence(shard: $0) }
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

    private static func openFile(
        _ configuration: JournalConfiguration,
        into recovered: RecoveredLedgers,
        logger: Logger
    ) throws(PoolOpenError) -> FileJournal {
        do throws(JournalOpenError) {
            let journal = try FileJournal.open(configuration, logger: logger) { part, bytes in
                try recovered.take(part, bytes)
            }
            logger.info(
                "journal recovered",
                metadata: ["directory": "\(configuration.directory)", "entries": "\(recovered.entriesReplayed)"]
            )
            return journal
        } catch {
            throw PoolOpenError(error)
        }
    }
}

/// Why a pool did not open: the message says where, what was expected, and what to do.
public struct PoolOpenError: Error, Sendable, CustomStringConvertible {
    /// What the journal found.
    public let journal: JournalOpenError
    public var description: String { journal.description }

    init(_ journal: JournalOpenError) { self.journal = journal }
}
