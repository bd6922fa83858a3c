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
    private let spare: SpareSegment
    private let queue: Mutex<GroupQueue<Waiter>>
    /// Used on the commit lane only; nil once closed.
    private let engine: Mutex<JournalEngine?>
    private let durableGroup = Atomic<UInt64>(0)
    private let hasSpace = Atomic<Bool>(true)
    private let isTickScheduled = Atomic<Bool>(false)
    private let isSpareRequested = Atomic<Bool>(false)

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
        try configuration.validate()
        do throws(StorageError) { try storage.lock() } catch { throw JournalOpenError(reading: error) }
        do throws(JournalOpenError) {
            let found = try LogRecovery(storage: storage, configuration: configuration, logger: logger).run(recovery)
            let journal = try FileJournal(found, configuration, storage, workers, logger)
            journal.start(found)
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
        index = found.index
        snapshots = found.snapshots
        queue = Mutex(GroupQueue(sequences: found.position.sequences, groupBytesMax: configuration.groupBytesMax))
        self.engine = Mutex(engine)
    }

    deinit { storage.unlock() }

    private func start(_ found: LogRecovery.Outcome) {
        if let torn = found.torn {
            let name = FileName.torn(found.position)
            logger.warning(
                "a write that was never acknowledged was cut off the log and kept in \(name): \(torn.count) bytes"
            )
        }
        if configuration.sync == .off {
            logger.warning("journal sync is off: acknowledged work does not survive a power failure")
        }
        prepareSpare()
    }

    // MARK: Staging

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
        guard hasSpace.load(ordering: .relaxed) else { throw .diskFull(lowWaterBytes: configuration.lowWaterBytes) }
    }

    /// The ticket of everything staged so far.
    var lastTicket: JournalTicket { queue.withLock { $0.lastTicket } }

    // MARK: The commit lane

    private func scheduleCommit() {
        workers.perform(.commit, afterNanoseconds: 0) { self.commitNext() }
    }

    /// Writes one group and resumes who waited for it.
    private func commitNext() {
        guard var group = queue.withLock({ $0.take() }) else { return }
        let result = engine.withLock { engine in engine?.commit(&group) }
        switch result {
        case .durable:
            let number = group.number
            let (waiters, isReady) = queue.withLock { queue in
                let waiters = queue.finish(group)
                durableGroup.store(number, ordering: .releasing)
                return (waiters, queue.isReady)
            }
            if isReady { scheduleCommit() }
            for waiter in waiters { waiter.resume(returning: nil) }
            scheduleTick()
            prepareSpare()
        case .noSpace(let error):
            queue.withLock { $0.putBack(group) }
            reportSpace(false, "\(error)")
            scheduleTick()
        case .failed(let error):
            fail(error)
        case nil:
            preconditionFailure("a group was staged after the journal was closed")
        }
    }

    /// Within the anchor interval after a group: writes the anchor, looks at the free space, tries again what had no space.
    private func scheduleTick() {
        guard !isTickScheduled.exchange(true, ordering: .relaxed) else { return }
        workers.perform(.commit, afterNanoseconds: configuration.anchorIntervalNanoseconds) { [weak self] in
            self?.tick()
        }
    }

    private func tick() {
        isTickScheduled.store(false, ordering: .relaxed)
        guard queue.withLock({ $0.refusal == nil }) else { return }
        do throws(StorageError) {
            try engine.withLock { (engine) throws(StorageError) in
                if engine?.isAnchorBehind == true { try engine?.writeAnchor(isClean: false) }
            }
        } catch {
            return fail(error)
        }
        checkSpace()
        if hasSpace.load(ordering: .relaxed) { prepareSpare() } else { scheduleTick() }
        if queue.withLock({ $0.isReady }) { scheduleCommit() }
    }

    /// The end: what was staged and is not durable has an unknown outcome, and nothing more is taken.
    private func fail(_ error: StorageError) {
        let failure = JournalFailure(
            .unknownOutcome,
            at: JournalPlace(file: error.file),
            "\(error)",
            remedy:
                "What was not yet acknowledged may or may not be on disk: check the disk and open the journal again."
        )
        logger.critical("\(failure)")
        let waiters = queue.withLock { $0.fail(failure) }
        for waiter in waiters { waiter.resume(returning: failure) }
    }

    // MARK: Space

    /// Has the next segment made in the background, unless it is there.
    private func prepareSpare() {
        if spare.isReady || isSpareRequested.exchange(true, ordering: .relaxed) { return }
        workers.perform(.maintenance, afterNanoseconds: 0) { [weak self] in
            guard let self else { return }
            self.isSpareRequested.store(false, ordering: .relaxed)
            self.checkSpace()
            guard self.hasSpace.load(ordering: .relaxed) else { return self.scheduleTick() }
            do throws(StorageError) {
                try self.spare.prepare()
            } catch {
                self.logger.error("the next segment could not be made: \(error)")
                if error.reason == .noSpace { self.reportSpace(false, "\(error)") }
                self.scheduleTick()
            }
        }
    }

    private func checkSpace() {
        let needed = configuration.lowWaterBytes + (spare.isReady ? 0 : configuration.segmentBytes)
        do throws(StorageError) {
            let free = try storage.freeBytes()
            reportSpace(free >= needed, "\(free) bytes free, \(needed) needed")
        } catch {
            logger.error("the free space cannot be seen: \(error)")
        }
    }

    private func reportSpace(_ isEnough: Bool, _ detail: String) {
        guard hasSpace.exchange(isEnough, ordering: .relaxed) != isEnough else { return }
        if isEnough {
            logger.notice("space has returned, work is admitted again: \(detail)")
        } else {
            logger.error("the disk is nearly full, new work is refused until space returns: \(detail)")
        }
    }

    // MARK: Closing

    /// See ``Journal/close()``. Also gives the directory back; the journal takes nothing more.
    public func close() async throws(JournalFailure) {
        queue.withLock { $0.close() }
        let failure = await result(on: .commit) { self.drain() }
        // Snapshots and reads under way end first.
        await result(on: .maintenance) {}
        await result(on: .reading) {}
        storage.unlock()
        if let failure { throw failure }
    }

    /// Writes what is staged and the mark of a close in order, and closes the files.
    private func drain() -> JournalFailure? {
        while queue.withLock({ $0.isReady }) {
            commitNext()
            if !hasSpace.load(ordering: .relaxed), queue.withLock({ $0.isReady }) {
                fail(
                    StorageError(
                        operation: "close",
                        file: FileName.spare,
                        reason: .noSpace,
                        message: "no space to drain"
                    )
                )
            }
        }
        do throws(StorageError) {
            try engine.withLock { (engine) throws(StorageError) in
                if queue.withLock({ $0.refusal?.code == .closed }) { try engine?.writeAnchor(isClean: true) }
                engine = nil
            }
        } catch {
            fail(error)
        }
        return queue.withLock { $0.refusal?.code == .closed ? nil : $0.refusal }
    }

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
