import Settlement
import SettlementTestKit
import Testing

/// What one account may hold is bounded by what the journal takes at once.
@Suite struct PoolBoundsTests {
    @Test func anAccountWithManyBillsIsClosedAndClearedAsOne() async throws {
        try await withTemporaryDirectory { directory in
            let october = Fixture.clock(in: Fixture.october).wallTime
            let account = AccountID(1)
            // Groups of 256 KiB hold 4,094 entries.
            let pool = try Fixture.pool(Fixture.file(directory)) { $0.shardCount = 1 }
            var commands = [Command(.openAccount(currency: .cny, creditLimit: .zero), account: account, time: october)]
            for number in 1...2_500 as ClosedRange<UInt64> {
                var bill = Fixture.bill(number, of: Fixture.october, cents: 1)
                bill.fraction = 500_000_000_000_000_000
                commands.append(Command(.issueBill(bill), account: account, time: october))
            }
            let results = await pool.submit(commands, lane: .bulk).compactMap(\.outcome)
            let issued = results.count { $0.refusal == nil } - 1
            #expect(results.count { $0.refusal == .tooManyOpenBills } == 2_500 - issued)
            #expect(issued > 1_500)

            _ = try await MonthEnd(of: Fixture.october, in: pool).run()
            let paid = try await pool.recharge(Amount(minorUnits: 5_000), to: account, key: Fixture.key(1))
            #expect(paid.billsWrittenOff == UInt32(issued))
            #expect(paid.standing.state == .good)
            #expect(try await pool.audit().conserved)
            try await pool.shutdown()
        }
    }
}
