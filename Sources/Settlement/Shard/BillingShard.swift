internal import Logging
internal import SettlementJournal
internal import SettlementLedger

/// Owns a share of the accounts: applies batches to its ledger, journals the facts, releases outcomes and notifications
/// when they are durable.
///
/// Between two awaits a batch is applied and staged as a whole. No state read before an await is used after it.
actor BillingShard {
    nonisolated let index: Int
    nonisolated let mailbox: Mailbox
    nonisolated let admission: Admission
    nonisolated let bulkGate: BulkGate
    nonisolated let journal: any Journal
    nonisolated let clock: any SettlementClock
    nonisolated let observer: any PathObserver
    /// `nil` in real time.
    nonisolated let service: (any ServiceModel)?
    nonisolated let metrics: PoolMetrics
    private nonisolated let bus: NotificationBus

    private var ledger: Ledger
    /// Sequence of the last staged entry.
    private(set) var sequence: UInt64
    /// Promise of the last staged entry; reads wait for it, so nobody acts on what may still be lost.
    private(set) var lastTicket: JournalTicket?
    private var entries: [Entry] = []
    private var outbox: Outbox
    private var isPublishing = false
    private var isSnapshotting = false
    private var snapshotSequence: UInt64
    private(set) var bulkPace: BulkPace

    init(
        index: Int,
        configuration: PoolConfiguration,
        ledger: consuming Ledger,
        sequence: UInt64,
        journal: any Journal,
        bus: NotificationBus,
        clock: any SettlementClock,
        observer: any PathObserver,
        metrics: PoolMetrics
    ) {
        self.index = index
        self.admission = Admission(
            shard: index,
            commandsMax: configuration.admittedCommandsMax,
            bytesMax: configuration.admittedBytesMax
        )
        self.mailbox = Mailbox(
            batchesInFlight: configuration.interactiveBatchesInFlight,
            batchMax: configuration.interactiveBatchMax,
            admission: admission
        )
        self.bulkGate = BulkGate(chunksInFlight: configuration.bulkChunksInFlight)
        self.journal = journal
        self.bus = bus
        self.clock = clock
        self.observer = observer
        self.metrics = metrics
        self.service = configuration.serviceModel?(index)
        self.ledger = ledger
        self.sequence = sequence
        self.snapshotSequence = sequence
        self.outbox = Outbox(head: sequence)
        self.bulkPace = BulkPace(targetNanoseconds: configuration.bulkChunkNanoseconds)
        entries.reserveCapacity(4 * configuration.interactiveBatchMax)
    }

    /// Settles a batch and gives its outcomes out once they are durable.
    func settle(
        _ batch: CommandBatch,
        submittedAt: Int64,
        lane: Lane
    ) async throws(SettlementError) -> Durable<[Outcome]> {
        await service?.begin()
        let started = clock.monotonicNanoseconds
        observer.observe(.queueWait, nanoseconds: started - submittedAt, count: batch.commands.count, lane: lane)
        let staged = try apply(batch.commands.span, startedAt: started, lane: lane) { batch.intended(at: $0) ?? 0 }
        return try await release(staged)
    }

    /// Applies a batch to the ledger and stages its entries, all in one turn.
    ///
    /// - Parameter intendedAt: when the command at a position was meant to arrive, 0 if unknown; asked only for commands
    ///   that change a standing.
    func apply(
        _ commands: Span<Command>,
        startedAt: Int64,
        lane: Lane,
        intendedAt: (Int) -> Int64
    ) throws(SettlementError) -> StagedBatch<[Outcome]> {
        defer { service?.end() }
        try checkAdmission()
        var outcomes: [Outcome] = []
        outcomes.reserveCapacity(commands.count)
        entries.removeAll(keepingCapacity: true)
        ledger.apply(commands, into: &entries, outcomes: &outcomes)
        stageNotifications(of: commands, outcomes: outcomes, lane: lane, intendedAt: intendedAt)
        return try stage(outcomes, startedAt: startedAt, count: commands.count, lane: lane)
    }

    /// Waits for its turn of bulk work. Returns the monotonic time.
    func beginBulk() async -> Int64 {
        await service?.begin()
        return clock.monotonicNanoseconds
    }

    /// Runs one piece of bulk work on the ledger, stages what it wrote, and learns how long such items take.
    func stageBulk<Result: Sendable>(
        startedAt: Int64,
        _ work: (inout Ledger, inout [Entry]) -> (result: Result, items: Int)
    ) throws(SettlementError) -> StagedBatch<Result> {
        defer { service?.end() }
        try checkAdmission()
        entries.removeAll(keepingCapacity: true)
        let (result, items) = work(&ledger, &entries)
        stageNotifications(of: Span(), outcomes: [], lane: .bulk) { _ in 0 }
        let staged = try stage(result, startedAt: startedAt, count: items, lane: .bulk)
        bulkPace.record(items: items, nanoseconds: staged.appliedAt - startedAt)
        return staged
    }

    /// Reads the ledger in one turn; the value is given out when everything it rests on is durable.
    func read<Value: Sendable>(_ body: (borrowing Ledger) -> Value) async throws(JournalFailure) -> Value {
        await service?.begin()
        let staged = Staged(body(ledger), ticket: lastTicket)
        service?.end()
        return try await staged.durable(in: journal).value
    }

    /// Reads standings in one turn. Whatever is staged behind them concerns them only where it changes one of them, so a month
    /// end under way delays no restart.
    func readStandings(of accounts: [AccountID]) async throws(JournalFailure) -> [Standing?] {
        await service?.begin()
        let standings = accounts.map { ledger.standing(of: $0) }
        // With its first epoch, an account may be so new that its opening is not durable.
        let isDurable = !standings.contains { $0?.epoch == 0 } && !outbox.holdsBack(anyOf: accounts)
        let staged = Staged(standings, ticket: isDurable ? nil : lastTicket)
        service?.end()
        return try await staged.durable(in: journal).value
    }

    /// Begins a snapshot with its first section; `nil` while another is being taken.
    func beginSnapshot(accounts: Int) -> SnapshotBeginning? {
        guard !isSnapshotting else { return nil }
        isSnapshotting = true
        var cursor = SnapshotCursor()
        let section = captureSection(&cursor, accounts: accounts)
        return SnapshotBeginning(sequence: sequence, section: section, cursor: cursor)
    }

    /// - Parameter began: where the snapshot began that is now good; `nil`: it failed.
    func endSnapshot(began: UInt64?) {
        isSnapshotting = false
        if let began { snapshotSequence = began }
    }

    /// Entries staged since the last good snapshot of this process began.
    var entriesSinceSnapshot: UInt64 { sequence - snapshotSequence }

    /// One section of a snapshot, as the ledger is at this moment.
    func captureSection(_ cursor: inout SnapshotCursor, accounts: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        ledger.snapshotSection(from: &cursor, sequence: sequence, accounts: accounts, into: &bytes)
        return bytes
    }

    /// When something next ends by its date.
    var nextExpiry: Timestamp? { [ledger.nextFundExpiry, ledger.nextDeferralEnd].compactMap(\.self).min() }

    func endedDeferrals(at time: Timestamp, atMost limit: Int) -> [EndedDeferral] {
        ledger.endedDeferrals(at: time, atMost: limit)
    }

    func accountsWithFundsExpired(at time: Timestamp, atMost limit: Int) -> [AccountID] {
        ledger.accountsWithFundsExpired(at: time, atMost: limit)
    }

    /// Hands the entries to the journal behind everything this shard staged before.
    private func stage<Value>(
        _ value: Value,
        startedAt: Int64,
        count: Int,
        lane: Lane
    ) throws(SettlementError) -> StagedBatch<Value> {
        let applied = service?.charge(items: count, lane: lane) ?? clock.monotonicNanoseconds
        observer.observe(
            .service,
            nanoseconds: (applied - startedAt) / Int64(max(1, count)),
            count: max(1, count),
            lane: lane
        )
        do throws(JournalFailure) {
            try stageEntries()
        } catch {
            // The ledger is ahead of the disk now; the journal takes nothing more, so nothing is told that could be lost.
            throw SettlementError(.journalFailed, "shard \(index): \(error)")
        }
        // Without entries the value still rests on what was staged before it: a repeated key, a refusal.
        return StagedBatch(
            value: Staged(value, ticket: lastTicket),
            sequence: sequence,
            appliedAt: applied,
            count: count,
            lane: lane
        )
    }

    /// A batch larger than one stage is cut between commands: a command is on disk as a whole or not at all.
    private func stageEntries() throws(JournalFailure) {
        var start = 0
        while start < entries.count {
            let end = endOfStage(from: start)
            lastTicket = try journal.stage(entries.span.extracting(start..<end).bytes, shard: index, after: sequence)
            sequence += UInt64(end - start)
            start = end
        }
    }

    private func endOfStage(from start: Int) -> Int {
        var end = min(entries.count, start + journal.stageBytesMax / MemoryLayout<Entry>.stride)
        while end < entries.count, end > start, !entries[end - 1].flags.contains(.endsCommand) { end -= 1 }
        precondition(end > start, "one command wrote more entries than the journal takes at once")
        return end
    }

    /// Waits until the batch is durable, then lets its notifications go.
    func release<Value>(_ batch: consuming StagedBatch<Value>) async throws(SettlementError) -> Durable<Value> {
        let (sequence, appliedAt) = (batch.sequence, batch.appliedAt)
        let (count, lane) = (batch.count, batch.lane)
        await service?.waitUntilDone(appliedAt)
        let durable: Durable<Value>
        do throws(JournalFailure) {
            durable = try await batch.intoStaged().durable(in: journal)
        } catch {
            throw SettlementError(.journalFailed, "shard \(index): \(error)")
        }
        let now = clock.monotonicNanoseconds
        observer.observe(.commitWait, nanoseconds: now - appliedAt, count: count, lane: lane)
        outbox.release(through: sequence, at: now)
        await publish()
        return durable
    }

    /// One publisher at a time, so that the bus sees this shard's notifications in order.
    private func publish() async {
        guard !isPublishing else { return }
        isPublishing = true
        while let batch = outbox.takeReleased() { await bus.publish(batch.notifications, after: batch.previous) }
        isPublishing = false
    }

    /// Asked before anything is decided, so that nothing is decided that could not be kept.
    private func checkAdmission() throws(SettlementError) {
        do throws(JournalFailure) {
            try journal.checkAdmission()
        } catch {
            if error.code == .closed { throw .closed }
            if error.code == .diskFull {
                throw SettlementError(.diskFull, "shard \(index): \(error)", retryAfterNanoseconds: 1_000_000_000)
            }
            throw SettlementError(.journalFailed, "shard \(index): \(error)")
        }
    }

    /// Makes a notification of every change of standing among the entries just written.
    private func stageNotifications(
        of commands: Span<Command>,
        outcomes: [Outcome],
        lane: Lane,
        intendedAt: (Int) -> Int64
    ) {
        var position = 0
        for (offset, entry) in entries.enumerated() {
            guard let change = entry.standingChange else { continue }
            var notification = Notification(change, shard: index, sequence: sequence + UInt64(offset) + 1)
            position = commands.position(of: notification, outcomes: outcomes, from: position)
            notification.lane = lane
            notification.intendedAtMonotonic = intendedAt(position)
            outbox.stage(notification)
        }
    }
}
