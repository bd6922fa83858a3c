public import Logging
internal import Synchronization

/// A journal in a directory of a local disk: durable when it says so, and refusing to start on anything it cannot explain.
///
/// All shards share one log, so one sync serves all of them: what is staged while a sync is under way is the next group.
public final class FileJournal: Journal {
    typealias Waiter = UnsafeContinuation<JournalFailure?, Never>

    let configuration: JournalConfiguration
    let storage: any JournalStorage
    let workers: any JournalWorkers
    let logger: Logger
    let index: SegmentIndex
    let snapshots: SnapshotCatalog
    let identity: UInt64
    /// What opening found that was not as it should be and did no harm: worth an alarm, since redundancy is used up.
    public let findings: [JournalFinding]
    let spare: SpareSegment
    let queue: Mutex<GroupQueue<Waiter>>
    /// Used on the commit lane only; nil once closed.
    let engine: Mutex<JournalEngine?>
    let durableGroup = Atomic<UInt64>(0)
    let hasSpace = Atomic<Bool>(true)
    /// Why work is refused while there is no space.
    let refusedFor = Mutex("")
    let isTickScheduled = Atomic<Bool>(false)
    let isSpareRequested = Atomic<Bool>(false)

    /// Opens the journal of a directory, creating it when there is none, and hands over what it holds.
    ///
    /// Blocks; call it away from the cooperative pool when the journal may be large.
    /// - Parameter recovery: called with every recovered part in order; the bytes are valid during the call only. What it
    ///   throws ends the opening as `replayRefused`.
    public static func open(
        _ configuration: JournalConfiguration,
        logger: Logger,
        recovery: (RecoveredPart, RawSpan) throws -> Void
    ) throws(JournalOpenError) -> FileJournal {
        let storage = FileStorage(directory: configuration.directory)
        return try open(configuration, storage: storage, workers: JournalThreads(), logger: logger, recovery: recovery)
    }

    /// Takes one recovered part; called on several threads, for one shard on one of them and in order.
    public typealias ShardRecovery = @Sendable (RecoveredPart, RawSpan) throws -> Void

    /// Opens the journal of a directory as ``open(_:logger:recovery:)`` does, its shards recovered side by side on
    /// ``JournalConfiguration/recoveryThreads``, while the calling thread reads and checks.
    public static func open(
        _ configuration: JournalConfiguration,
        recovering take: @escaping ShardRecovery,
        logger: Logger
    ) throws(JournalOpenError) -> FileJournal {
        let threads = min(configuration.shardCount, configuration.recoveryThreads ?? Processors.online)
        guard threads > 1 else { return try open(configuration, logger: logger, recovery: take) }
        let storage = FileStorage(directory: configuration.directory)
        let lanes = try RecoveryLanes(count: threads, storage: storage, deliver: take)
        return try open(configuration, storage, JournalThreads(), logger) { (recovery) throws(JournalOpenError) in
            try recovery.run(on: lanes)
        }
    }

    /// Opens a journal on the given storage, its work run by the given workers.
    ///
    /// - Parameter recovery: as in ``open(_:logger:recovery:)``.
    public static func open(
        _ configuration: JournalConfiguration,
        storage: any JournalStorage,
        workers: any JournalWorkers,
        logger: Logger,
        recovery: (RecoveredPart, RawSpan) throws -> Void
    ) throws(JournalOpenError) -> FileJournal {
        try open(configuration, storage, workers, logger) { (log) throws(JournalOpenError) in try log.run(recovery) }
    }

    private static func open(
        _ configuration: JournalConfiguration,
        _ storage: any JournalStorage,
        _ workers: any JournalWorkers,
        _ logger: Logger,
        _ recover: (LogRecovery) throws(JournalOpenError) -> LogRecovery.Outcome
    ) throws(JournalOpenError) -> FileJournal {
        try configuration.validate()
        do throws(StorageError) { try storage.lock() } catch { throw JournalOpenError(reading: error) }
        do throws(JournalOpenError) {
            let found = try recover(LogRecovery(storage: storage, configuration: configuration, logger: logger))
            let journal = try FileJournal(found, configuration, storage, workers, logger)
            let end = journal.index.end
            logger.info("the journal is open at \(FileName.segment(end.segment)):\(end.offset), epoch \(end.epoch)")
            journal.start()
            return journal
        } catch {
            storage.unlock()
            throw error
        }
    }

    private init(
        _ found: LogRecovery.Outcome,
        _ configuration: JournalConfiguration,
        _ storage: any JournalStorage,
        _ workers: any JournalWorkers,
        _ logger: Logger
    ) throws(JournalOpenError) {
        let engine: JournalEngine
        do throws(StorageError) {
            for name in try storage.list() where name == FileName.spare || name.hasSuffix(FileName.temporarySuffix) {
                try storage.remove(name)
            }
            spare = SpareSegment(storage: storage, bytes: configuration.segmentBytes)
            engine = try JournalEngine.open(found, configuration: configuration, spare: spare, storage: storage)
        } catch {
            throw JournalOpenError(reading: error)
        }
        self.configuration = configuration
        self.storage = storage
        self.workers = workers
        self.logger = logger
        identity = found.identity
        findings = found.findings
        index = found.index
        snapshots = found.snapshots
        queue = Mutex(GroupQueue(sequences: found.position.sequences, groupBytesMax: configuration.groupBytesMax))
        self.engine = Mutex(engine)
    }

    deinit { storage.unlock() }

    private func start() {
        if configuration.sync == .off {
            logger.warning("journal sync is off: acknowledged work does not survive a power failure")
        }
        claimFirstSpace()
    }

    /// See ``Journal/stage(_:shard:after:)``. One lock and one copy.
    public func stage(
        _ cells: RawSpan,
        shard: Int,
        after sequence: UInt64
    ) throws(JournalFailure) -> JournalTicket {
        checkCells(cells)
        guard cells.byteCount <= stageBytesMax else {
            throw .stageTooLarge(cells.byteCount, max: stageBytesMax, shard: shard)
        }
        let (ticket, wasIdle) = try queue.withLock { (queue) throws(JournalFailure) in
            if let refusal = queue.refusal { throw refusal }
            let wasReady = queue.isReady
            let ticket = queue.stage(cells, shard: shard, after: sequence)
            return (ticket, !wasReady && queue.isReady)
        }
        if wasIdle { scheduleCommit() }
        return ticket
    }

    /// See ``Journal/durable(_:)``.
    public func durable(_ ticket: JournalTicket) async throws(JournalFailure) {
        if isDurable(ticket) { return }
        let failure = await withUnsafeContinuation { (waiter: Waiter) in
            switch queue.withLock({ $0.wait(for: ticket, waiter) }) {
            case .waiting: break
            case .durable: waiter.resume(returning: nil)
            case .failed(let failure): waiter.resume(returning: failure)
            }
        }
        if let failure { throw failure }
    }

    /// See ``Journal/isDurable(_:)``.
    public func isDurable(_ ticket: JournalTicket) -> Bool {
        ticket.group <= durableGroup.load(ordering: .acquiring)
    }

    /// See ``Journal/durableSequence(shard:)``.
    public func durableSequence(shard: Int) -> UInt64 { index.durableSequence(shard: shard) }

    /// See ``Journal/stagedSequence(shard:)``.
    public func stagedSequence(shard: Int) -> UInt64 { queue.withLock { $0.stagedSequences[shard] } }

    /// See ``Journal/stagedBytes``.
    public var stagedBytes: Int { queue.withLock { $0.stagedBytes } }

    /// See ``Journal/stageBytesMax``: ``JournalConfiguration/groupBytesMax`` less the frames of a group.
    public var stageBytesMax: Int { configuration.stageBytesMax }

    /// See ``Journal/checkAdmission()``.
    public func checkAdmission() throws(JournalFailure) {
        if let refusal = queue.withLock({ $0.refusal }) { throw refusal }
        guard hasSpace.load(ordering: .relaxed) else { throw .diskFull(refusedFor.withLock { $0 }) }
    }

    /// The ticket of everything staged so far.
    var lastTicket: JournalTicket { queue.withLock { $0.lastTicket } }

    /// Runs blocking work on a lane and suspends until it is done.
    @discardableResult
    func result<Value: Sendable>(on lane: JournalLane, _ work: @escaping @Sendable () -> Value) async -> Value {
        await withUnsafeContinuation { (continuation: UnsafeContinuation<Value, Never>) in
            workers.perform(lane, afterNanoseconds: 0) { continuation.resume(returning: work()) }
        }
    }

    /// Runs blocking work that can fail on a lane and suspends until it is done.
    func run<Value: Sendable>(
        on lane: JournalLane,
        _ work: @escaping @Sendable () throws(JournalFailure) -> Value
    ) async throws(JournalFailure) -> Value {
        let result: Result<Value, JournalFailure> = await result(on: lane) {
            do throws(JournalFailure) { return .success(try work()) } catch { return .failure(error) }
        }
        return try result.get()
    }

    /// - Throws: why nothing more is taken.
    func checkOpen() throws(JournalFailure) {
        if let refusal = queue.withLock({ $0.refusal }) { throw refusal }
    }
}
