import Settlement
import SettlementTestKit
import Testing

/// Vouchers, cards and notes through the pool, and the timer that ends them.
@Suite struct PoolFundTests {
    private static let account = AccountID(1)
    private static let second: Int64 = 1_000_000_000

    private static func voucher(_ id: UInt64, cents: Int64, until expiry: Timestamp? = nil) -> Fund {
        Fund(id: FundID(id), kind: .voucher, amount: Amount(minorUnits: cents), expiry: expiry)
    }

    @Test func aFundEndsAtTheInstantOfItsExpiry() async throws {
        let clock = Fixture.clock()
        let pool = try Fixture.pool(.memory, clock: clock) {
            $0.shardCount = 2
            $0.housekeepingNanoseconds = 3_600 * Self.second
        }
        let expiry = Timestamp(nanoseconds: clock.wallTime.rawValue + 90 * Self.second)
        try await pool.openAccount(Self.account, currency: .cny)
        try await pool.grant(Self.voucher(1, cents: 100, until: expiry), to: Self.account, key: Fixture.key(1))
        try await pool.grant(Self.voucher(2, cents: 100), to: Self.account, key: Fixture.key(2))
        try await withThrowingTaskGroup { group in
            group.addTask { try await pool.run() }
            await clock.waitForSleepers(1)
            clock.advance(by: 90 * Self.second - 1)
            let before = try await pool.funds(of: Self.account)
            #expect(before.map(\.id.rawValue) == [1, 2])
            clock.advance(by: 1)
            await clock.waitForSleepers(1)
            let after = try await pool.funds(of: Self.account)
            #expect(after.map(\.id.rawValue) == [2], "it ends at its expiry, long before the hour is over")
            let balance = try await pool.audit().balance
            #expect(balance.units(.promotion, .cny) == 100, "what nobody used was not given")
            group.cancelAll()
        }
    }

    @Test func aRestartKnowsFundsAndWhenTheyExpire() async throws {
        try await withTemporaryDirectory { directory in
            let clock = Fixture.clock()
            let expiry = Timestamp(nanoseconds: clock.wallTime.rawValue + 90 * Self.second)
            let pool = try Fixture.pool(Fixture.file(directory), clock: clock) { $0.shardCount = 1 }
            try await pool.openAccount(Self.account, currency: .cny)
            try await pool.grant(Self.voucher(1, cents: 100, until: expiry), to: Self.account, key: Fixture.key(1))
            try await pool.snapshot()
            try await pool.grant(Self.voucher(2, cents: 70, until: expiry), to: Self.account, key: Fixture.key(2))
            let paid = try await pool.issue(Fixture.bill(1, of: Fixture.november, cents: 30), to: Self.account)
            #expect(paid.amountWrittenOff == Amount(minorUnits: 30))
            let funds = try await pool.funds(of: Self.account)
            #expect(funds.map(\.amount.minorUnits) == [70, 70])
            try await pool.shutdown()

            let again = try Fixture.pool(Fixture.file(directory), clock: clock) {
                $0.shardCount = 1
                $0.housekeepingNanoseconds = 3_600 * Self.second
            }
            let restored = try await again.funds(of: Self.account)
            #expect(restored == funds)
            try await withThrowingTaskGroup { group in
                group.addTask { try await again.run() }
                await clock.waitForSleepers(1)
                clock.advance(by: 90 * Self.second)
                await clock.waitForSleepers(1)
                let after = try await again.funds(of: Self.account)
                #expect(after.isEmpty)
                group.cancelAll()
            }
        }
    }
}
