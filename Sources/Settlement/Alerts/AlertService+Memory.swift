public import Logging
internal import SettlementLedger

/// What outlasts the process: cursors, watches as they stand, alerts that were told and not received.
extension AlertService {
    private static let cursorKind: UInt8 = 1
    private static let watchKind: UInt8 = 2
    private static let alertKind: UInt8 = 3
    /// Entries of the pool's journal after which the cursor is kept although they told nothing.
    private static let cursorStep: UInt64 = 65_536

    /// Opens a service on what its journal remembers. A new one begins at the present end of the pool's journal.
    ///
    /// - Parameters:
    ///   - journal: the service's own, with one shard: not the pool's.
    ///   - source, receiver, budgets, clock, pollNanoseconds, logger: as for the initializer.
    /// - Throws: ``ServiceMemoryError``.
    public static func open(
        source: any AccountChanges,
        receiver: any AlertReceiver,
        journal: JournalChoice,
        budgets: BudgetBook = BudgetBook([]),
        clock: any SettlementClock = SystemClock(),
        pollNanoseconds: Int64 = 1_000_000_000,
        logger: Logger
    ) async throws(ServiceMemoryError) -> AlertService {
        let memory = try ServiceMemory.open(journal, of: "alert", logger: logger)
        let service = AlertService(
            source: source,
            receiver: receiver,
            budgets: budgets,
            clock: clock,
            pollNanoseconds: pollNanoseconds,
            logger: logger
        )
        try await service.recall(memory)
        return service
    }

    private func recall(_ memory: ServiceMemory) throws(ServiceMemoryError) {
        self.memory = memory
        do throws(MalformedRecord) {
            for (_, bytes) in memory.values(of: Self.cursorKind) {
                var reader = ByteReader(bytes)
                cursor.append(try reader.read())
            }
            for (_, bytes) in memory.values(of: Self.watchKind) { _ = try WatchRecord(bytes) }
            for (number, bytes) in memory.values(of: Self.alertKind) {
                outbox.append((number, try Alert(record: bytes)))
            }
        } catch {
            throw .foreign(service: "alert")
        }
        keptCursor = cursor
        lastNumber = outbox.last?.number ?? 0
    }

    func remembered(_ account: AccountID, _ rules: AlertRules) -> AlertWatch? {
        guard let bytes = memory?[ServiceMemory.Key(Self.watchKind, account.rawValue)] else { return nil }
        return (try? WatchRecord(bytes)).map { AlertWatch(account, rules: rules, record: $0) }
    }

    func forget(_ account: AccountID) {
        changed.remove(account)
        stage([.forget(ServiceMemory.Key(Self.watchKind, account.rawValue))])
    }

    /// Puts alerts behind those that wait for the receiver, and keeps with them what they follow from.
    func post(_ alerts: [Alert]) {
        var changes = changed.sorted().compactMap { account in
            watches[account].map { watch in
                ServiceMemory.Change.keep(ServiceMemory.Key(Self.watchKind, account.rawValue), watch.record.bytes)
            }
        }
        changed = []
        for alert in alerts {
            lastNumber += 1
            outbox.append((lastNumber, alert))
            changes.append(.keep(ServiceMemory.Key(Self.alertKind, lastNumber), alert.record))
        }
        let isFar = !keptCursor.elementsEqual(cursor) { $1 < $0 + Self.cursorStep }
        if !changes.isEmpty || isFar || keptCursor.isEmpty {
            changes += cursor.enumerated().map { shard, sequence in
                var writer = ByteWriter()
                writer.write(sequence)
                return .keep(ServiceMemory.Key(Self.cursorKind, UInt64(shard)), writer.bytes)
            }
            keptCursor = cursor
        }
        stage(changes)
    }

    private func stage(_ changes: [ServiceMemory.Change]) {
        if changes.isEmpty { return }
        do throws(SettlementError) {
            if let kept = try memory?.stage(changes) { staged = kept }
        } catch {
            failure = error
        }
    }

    /// Hands the receiver what waits, in order, once it is durable.
    func deliver() async {
        while !outbox.isEmpty, failure == nil, !Task.isCancelled {
            let batch = outbox.prefix(256)
            do throws(SettlementError) {
                try await staged?.durable()
            } catch {
                failure = error
                return
            }
            guard await receiver.receive(batch.map(\.alert)) else {
                logger.warning("alerts were not received", metadata: ["waiting": "\(outbox.count)"])
                return
            }
            outbox.removeFirst(batch.count)
            stage(batch.map { .forget(ServiceMemory.Key(Self.alertKind, $0.number)) })
        }
    }
}
