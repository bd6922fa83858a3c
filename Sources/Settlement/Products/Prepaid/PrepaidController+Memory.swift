public import Logging
internal import SettlementLedger

/// What outlasts the process: what a cloud does not keep of each resource.
extension PrepaidController {
    private static let resourceKind: UInt8 = 1

    /// Opens a controller on what its journal remembers.
    ///
    /// - Parameters:
    ///   - journal: the controller's own, with one shard: not the pool's.
    ///   - driver, terms, clock, backoff, seed: as for the initializer.
    /// - Throws: ``ServiceMemoryError``.
    public static func open(
        driver: any PrepaidDriver,
        journal: JournalChoice,
        terms: PrepaidTerms = .aliyunSimpleServer,
        clock: any SettlementClock = SystemClock(),
        backoff: Backoff = Backoff(),
        seed: UInt64,
        logger: Logger
    ) async throws(ServiceMemoryError) -> PrepaidController {
        let memory = try ServiceMemory.open(journal, of: "prepaid", logger: logger)
        let controller = PrepaidController(driver: driver, terms: terms, clock: clock, backoff: backoff, seed: seed)
        try await controller.recall(memory)
        return controller
    }

    private func recall(_ memory: ServiceMemory) throws(ServiceMemoryError) {
        for (id, bytes) in memory.values(of: Self.resourceKind) {
            do throws(MalformedRecord) {
                let record = try PrepaidRecord(bytes)
                keep(PrepaidLife(terms: terms, record: record), of: ResourceID(id), telling: record.events)
            } catch {
                throw .foreign(service: "prepaid")
            }
        }
        self.memory = memory
    }

    /// Keeps how a resource stands; one that was released and needs nothing more is forgotten.
    func stage(_ resource: ResourceID) {
        guard memory != nil, let desk = desks[resource] else { return }
        let key = ServiceMemory.Key(Self.resourceKind, resource.rawValue)
        let isOver = desk.life.isReleased && desk.events.isEmpty
        do throws(SettlementError) {
            let record = PrepaidRecord(desk.life, events: Array(desk.events))
            staged = try memory?.stage([isOver ? .forget(key) : .keep(key, record.bytes)])
        } catch {
            failure = error
        }
    }

    /// Waits until everything that was learnt before the call outlasts a crash.
    func durable() async throws(SettlementError) {
        if let failure { throw failure }
        try await staged?.durable()
    }
}
