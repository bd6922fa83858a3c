import Foundation
import Logging
import Settlement
import SettlementJournal
import SettlementTestKit

/// What the pool's tests share: a month, accounts, and a directory that goes away.
enum Fixture {
    static let october = Month(year: 2026, month: 10)
    static let november = Month(year: 2026, month: 11)
    static let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    /// A clock that stands at noon of the month's 15th day, in the billing time zone.
    static func clock(in month: Month = november) -> ManualClock {
        ManualClock(origin: Timestamp(nanoseconds: month.start(offsetMinutes: 480).rawValue + 14 * 86_400_000_000_000))
    }

    static func pool(
        _ journal: JournalChoice,
        clock: ManualClock = clock(),
        configure: (inout PoolConfiguration) -> Void = { _ in }
    ) throws -> SettlementPool {
        var configuration = PoolConfiguration()
        configuration.shardCount = 4
        configure(&configuration)
        return try SettlementPool.open(
            configuration,
            journal: journal,
            clock: clock,
            observer: NoPathObserver(),
            logger: logger
        )
    }

    static func file(_ directory: URL) -> JournalChoice {
        .file(
            JournalConfiguration(
                directory: directory.path,
                shardCount: 1,
                segmentBytes: 1 << 20,
                groupBytesMax: 256 << 10,
                lowWaterBytes: 0
            )
        )
    }

    static func bill(_ id: UInt64, of month: Month, cents: Int64, region: UInt8 = 0) -> Bill {
        Bill(
            id: BillID(id),
            month: month,
            product: ProductCode(1),
            region: RegionID(region),
            created: month.start(offsetMinutes: 480),
            amount: Amount(minorUnits: cents)
        )
    }

    static func key(_ number: UInt64) -> IdempotencyKey { IdempotencyKey(high: 7, low: number) }
}

/// Runs `body` with a fresh directory and removes it afterwards.
func withTemporaryDirectory<Result>(_ body: (URL) async throws -> Result) async throws -> Result {
    let directory = FileManager.default.temporaryDirectory.appending(path: "settlement-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: directory) }
    return try await body(directory)
}
