public import Logging
public import Settlement
internal import SettlementLedger

/// What outlasts the process: numbered messages, and how far each endpoint has come.
extension WebhookService {
    private static let endpointKind: UInt8 = 1
    private static let messageKind: UInt8 = 2
    /// So many messages stay known after all endpoints are done with them: who did not hear that one was kept tells it again.
    private static let knownMax = 1_000

    /// Opens a service on what its journal remembers.
    ///
    /// An endpoint that is named for the first time begins at the head of the bus; one that is not named any more is
    /// forgotten.
    /// - Parameters:
    ///   - journal: the service's own, with one shard: not the pool's.
    ///   - bus, rules, settings, clock, seed, logger: as for the initializer.
    /// - Throws: ``ServiceMemoryError``.
    public static func open(
        endpoints: [WebhookEndpoint],
        journal: JournalChoice,
        transport: any WebhookTransport,
        bus: NotificationBus? = nil,
        rules: AddressRules = AddressRules(),
        settings: WebhookSettings = WebhookSettings(),
        clock: any SettlementClock = SystemClock(),
        seed: UInt64,
        logger: Logger
    ) async throws(ServiceMemoryError) -> WebhookService {
        let service = WebhookService(
            endpoints: endpoints,
            transport: transport,
            bus: bus,
            rules: rules,
            settings: settings,
            clock: clock,
            seed: seed,
            logger: logger
        )
        try await service.recall(try ServiceMemory.open(journal, of: "webhook", logger: logger))
        return service
    }

    private func recall(_ memory: ServiceMemory) throws(ServiceMemoryError) {
        self.memory = memory
        do throws(MalformedRecord) {
            let messages = memory.values(of: Self.messageKind)
            let places = memory.values(of: Self.endpointKind)
            var progress: [String: EndpointProgress] = [:]
            for (_, bytes) in places {
                let endpoint = try EndpointProgress(bytes)
                progress[endpoint.name] = endpoint
                lastNumber = max(lastNumber, endpoint.done)
            }
            lastNumber = max(lastNumber, messages.last?.id ?? 0)
            for index in desks.indices {
                let endpoint = desks[index].endpoint
                let place = progress[endpoint.name]
                desks[index] = WebhookDesk(
                    endpoint: endpoint,
                    settings: settings,
                    cursor: place?.cursor,
                    done: place?.done ?? lastNumber
                )
            }
            for (number, bytes) in messages { add(try WebhookEntry(bytes), number: number) }
            forgetOthers(places.map(\.id))
        } catch {
            throw .foreign(service: "webhook")
        }
    }

    /// Endpoints are kept by their places, so those of before make room for those of now.
    private func forgetOthers(_ places: [UInt64]) {
        let gone = places.filter { $0 >= UInt64(desks.count) }
        stage(gone.map { .forget(ServiceMemory.Key(Self.endpointKind, $0)) } + desks.indices.map(progress))
    }

    private func progress(_ index: Int) -> ServiceMemory.Change {
        let desk = desks[index]
        let progress = EndpointProgress(name: desk.endpoint.name, done: desk.done, cursor: desk.cursor)
        return .keep(ServiceMemory.Key(Self.endpointKind, UInt64(index)), progress.bytes)
    }

    /// Numbers messages, keeps them and hands them to all endpoints. One that is known already is the same.
    ///
    /// - Returns: whether they outlast a crash, where the service has a journal.
    func take(_ entries: [WebhookEntry]) async -> Bool {
        // Nobody is told.
        if desks.isEmpty { return true }
        var changes: [ServiceMemory.Change] = []
        for entry in entries where !known.contains(entry.message.id) {
            lastNumber += 1
            changes.append(.keep(ServiceMemory.Key(Self.messageKind, lastNumber), entry.bytes))
            add(entry, number: lastNumber)
        }
        do throws(SettlementError) {
            // Also without changes: those that are known may not be durable yet.
            let kept = try memory?.stage(changes)
            try await kept?.durable()
            return failure == nil
        } catch {
            fail(error)
            return false
        }
    }

    private func add(_ entry: WebhookEntry, number: UInt64) {
        known.insert(entry.message.id)
        kept.append((number, entry.message.id))
        for index in desks.indices { desks[index].add(entry, number: number) }
    }

    /// Keeps how far an endpoint has come, and forgets what all are done with. A crash before this is durable brings
    /// messages once more.
    func settle(_ index: Int) {
        var changes = [progress(index)]
        let done = desks.map(\.done).min() ?? lastNumber
        let finished = kept.prefix { $0.number <= done }.dropLast(Self.knownMax)
        for entry in finished {
            known.remove(entry.id)
            changes.append(.forget(ServiceMemory.Key(Self.messageKind, entry.number)))
        }
        kept.removeFirst(finished.count)
        stage(changes)
    }

    private func stage(_ changes: [ServiceMemory.Change]) {
        do throws(SettlementError) {
            try memory?.stage(changes)
        } catch {
            fail(error)
        }
    }
}
