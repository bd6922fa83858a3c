import Logging
import Settlement

/// A pool as the writer uses it: a business time that stands still, and notices on standard error.
enum WriterPool {
    static let october = Month(year: 2026, month: 10)
    private static let noon: Int64 = 12 * 3_600_000_000_000

    static func open(_ settings: WriterSettings, _ journal: JournalChoice) throws(PoolOpenError) -> SettlementPool {
        var configuration = PoolConfiguration()
        configuration.shardCount = settings.shards
        return try SettlementPool.open(
            configuration,
            journal: journal,
            clock: StandingClock(wallTime: time(in: october.next)),
            observer: NoPathObserver(),
            logger: logger
        )
    }

    /// Noon of the month's first day.
    static func time(in month: Month) -> Timestamp {
        Timestamp(nanoseconds: month.start(offsetMinutes: LedgerPolicy().offsetMinutes).rawValue + noon)
    }

    static var logger: Logger {
        var logger = Logger(label: "crash-writer") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = .notice
        return logger
    }
}

/// Business time stands, so that every life of the writer decides alike; the rest is the system's.
private struct StandingClock: SettlementClock {
    let wallTime: Timestamp
    private let system = SystemClock()

    init(wallTime: Timestamp) { self.wallTime = wallTime }

    var monotonicNanoseconds: Int64 { system.monotonicNanoseconds }

    func sleep(untilMonotonic nanoseconds: Int64) async throws(CancellationError) {
        try await system.sleep(untilMonotonic: nanoseconds)
    }
}
