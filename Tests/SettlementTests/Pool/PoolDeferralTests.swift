import Settlement
import SettlementTestKit
import Testing

/// The timer that ends deferrals by their date.
@Suite struct PoolDeferralTests {
    private static let account = AccountID(1)
    private static let hour: Int64 = 3_600_000_000_000

    @Test func aDeferralEndsAtItsInstantAndIsDatedSo() async throws {
        let clock = Fixture.clock()
        let until = Timestamp(nanoseconds: clock.wallTime.rawValue + 90_000_000_000)
        let pool = try Fixture.pool(.memory, clock: clock) {
            $0.shardCount = 2
            $0.housekeepingNanoseconds = Self.hour
        }
        try await Self.owe(under: until, to: pool)
        try await withThrowingTaskGroup { group in
            group.addTask { try await pool.run() }
            await clock.waitForSleepers(1)
            clock.advance(by: 90_000_000_000)
            let before = try await pool.account(Self.account)?.standing.state
            #expect(before == .good, "its last instant is covered")
            clock.advance(by: 1)
            await clock.waitForSleepers(1)
            let after = try await pool.account(Self.account)?.standing.state
            #expect(after == .arrears, "long before the hour is over")
            group.cancelAll()
        }
    }

    @Test func anEndThatCameWhileThePoolWasDownIsDatedWithTheEnd() async throws {
        try await withTemporaryDirectory { directory in
            let clock = Fixture.clock()
            let until = Timestamp(nanoseconds: clock.wallTime.rawValue + 90_000_000_000)
            let pool = try Fixture.pool(Fixture.file(directory), clock: clock) { $0.shardCount = 1 }
            try await Self.owe(under: until, to: pool)
            try await pool.snapshot()
            try await pool.shutdown()
            clock.advance(by: 5 * Self.hour)

            let again = try Fixture.pool(Fixture.file(directory), clock: clock) { $0.shardCount = 1 }
            let subscription = try await again.bus.subscribe(name: "test", regions: .all)
            try await withThrowingTaskGroup { group in
                group.addTask { try await again.run() }
                await clock.waitForSleepers(1)
                clock.advance(by: 1_000_000_000)
                guard case .notifications(let changes, _) = try await subscription.next(max: 1) else {
                    Issue.record("the history of a new subscriber is complete")
                    return
                }
                #expect(changes.map(\.standing.state) == [.arrears])
                #expect(changes.map(\.time.rawValue) == [until.rawValue + 1])
                group.cancelAll()
            }
        }
    }

    private static func owe(under until: Timestamp, to pool: SettlementPool) async throws {
        try await pool.openAccount(account, currency: .cny)
        try await pool.setDeferral(Deferral(until: until), of: account)
        let owed = try await pool.issue(Fixture.bill(1, of: Fixture.november, cents: 30), to: account)
        #expect(owed.standing.state == .good)
    }
}
