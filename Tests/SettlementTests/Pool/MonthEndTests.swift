import Settlement
import SettlementJournal
import SettlementTestKit
import Testing

@Suite struct MonthEndTests {
    /// 10,000 accounts with a frozen October bill each; every fifth cannot pay.
    private func populated(_ journal: JournalChoice) async throws -> SettlementPool {
        let october = Fixture.clock(in: Fixture.october).wallTime
        let pool = try Fixture.pool(journal) { $0.shardCount = 2 }
        var commands: [Command] = []
        for number in 1...10_000 as ClosedRange<UInt64> {
            let account = AccountID(number)
            commands.append(Command(.openAccount(currency: .cny, creditLimit: .zero), account: account, time: october))
            let funds: Int64 = number.isMultiple(of: 5) ? 40 : 100
            commands.append(Command(.recharge(Amount(minorUnits: funds)), account: account, time: october))
            let bill = Fixture.bill(number, of: Fixture.october, cents: 60)
            commands.append(Command(.issueBill(bill), account: account, time: october))
        }
        let results = await pool.submit(commands, lane: .bulk)
        #expect(results.allSatisfy { $0.outcome?.refusal == nil && $0.outcome != nil })
        return pool
    }

    @Test func everyBillThatCanBePaidIsWrittenOff() async throws {
        let pool = try await populated(.memory)
        let monthEnd = MonthEnd(of: Fixture.october, in: pool)
        async let watching = monthEnd.progress.reduce(into: [MonthEndProgress]()) { $0.append($1) }
        let summary = try await monthEnd.run()
        #expect(summary.accountsVisited == 10_000)
        #expect(summary.billsWrittenOff == 8_000)
        #expect(summary.billsLeftOpen == 2_000)
        #expect(await watching.last == summary)
        #expect(try await pool.audit().conserved)
    }

    @Test func runningItAgainAddsNothing() async throws {
        let journal = HeldJournal(shardCount: 2)
        journal.letGo()
        let pool = try await populated(.custom(journal))
        _ = try await MonthEnd(of: Fixture.october, in: pool).run()
        let digest = try await pool.digest()
        let stages = journal.stages.count
        let again = try await MonthEnd(of: Fixture.october, in: pool).run()
        #expect(again.billsWrittenOff == 0)
        #expect(again.rangesSkipped == again.rangesTotal)
        #expect(journal.stages.count == stages)
        #expect(try await pool.digest() == digest)
    }

    @Test func aCancelledRunGoesOnWhereItStopped() async throws {
        let uninterrupted = try await populated(.memory)
        _ = try await MonthEnd(of: Fixture.october, in: uninterrupted).run()

        let pool = try await populated(.memory)
        await withTaskGroup(of: Void.self) { group in
            let monthEnd = MonthEnd(of: Fixture.october, in: pool)
            group.addTask { _ = try? await monthEnd.run() }
            for await _ in monthEnd.progress { group.cancelAll() }
        }
        #expect(try await pool.audit().conserved)
        _ = try await MonthEnd(of: Fixture.october, in: pool).run()
        #expect(try await pool.digest() == uninterrupted.digest())
    }

    @Test func aMonthThatIsNotOverIsRefused() async throws {
        let pool = try Fixture.pool(.memory)
        await #expect(throws: MonthEndError.self) { try await MonthEnd(of: Fixture.november, in: pool).run() }
    }
}
