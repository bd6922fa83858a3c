import Settlement
import SettlementJournal
import Testing

/// Bounded admission, and the two lanes.
@Suite struct PoolLaneTests {
    @Test func overTheBoundACommandIsTurnedAwayAndNothingIsWritten() async throws {
        let journal = HeldJournal(shardCount: 1)
        let pool = try Fixture.pool(.custom(journal)) {
            $0.shardCount = 1
            $0.admittedCommandsMax = 2
        }
        async let first = pool.openAccount(AccountID(1), currency: .cny)
        async let second = pool.openAccount(AccountID(2), currency: .cny)
        await journal.waitForStages(2)
        do {
            try await pool.openAccount(AccountID(3), currency: .cny)
            Issue.record("the third command was admitted")
        } catch {
            #expect(error.code == .overloaded)
            #expect((error.retryAfterNanoseconds ?? 0) > 0)
        }
        journal.letGo()
        _ = try await (first, second)
        #expect(journal.stages.count == 2)
        #expect(try await pool.account(AccountID(3)) == nil)
        #expect(pool.queueDepths == [0])
    }

    @Test func anInteractiveCallWaitsForOneBulkChunkOnly() async throws {
        let journal = HeldJournal(shardCount: 1)
        let pool = try Fixture.pool(.custom(journal)) { $0.shardCount = 1 }
        let opening = (1...5_000).map { account in
            Command(
                .openAccount(currency: .cny, creditLimit: .zero),
                account: AccountID(UInt64(account)),
                time: pool.now
            )
        }
        async let bulk = pool.submit(opening, lane: .bulk)
        await journal.waitForStages(1)
        async let single = pool.openAccount(AccountID(9_999), currency: .cny)
        await journal.waitForStages(2)
        #expect(journal.stages[1].cells == 1, "the interactive call is staged before the second bulk chunk")
        journal.letGo()
        _ = try await single
        #expect(await bulk.allSatisfy { $0.outcome?.refusal == nil && $0.outcome != nil })
        #expect(journal.stages[0].cells < 5_000, "a chunk is bounded")
    }

    @Test func aBatchOverShardsAnswersInItsOrder() async throws {
        let pool = try Fixture.pool(.memory)
        let accounts = (1...200).map { AccountID(UInt64($0)) }
        let opened = await pool.submit(
            accounts.map { Command(.openAccount(currency: .usd, creditLimit: .zero), account: $0, time: pool.now) }
        )
        #expect(opened.allSatisfy { $0.outcome?.refusal == nil })
        let recharged = await pool.submit(
            accounts.map {
                Command(.recharge(Amount(minorUnits: Int64($0.rawValue))), account: $0, time: pool.now)
            }
        )
        #expect(recharged.map { $0.outcome?.availableCredit.minorUnits } == (1...200).map { Int64($0) })
        #expect(Set(accounts.map(pool.shard(of:))).count == 4)
    }

    @Test func aRefusalIsAValueAndLeavesNoEntry() async throws {
        let journal = HeldJournal(shardCount: 1)
        journal.letGo()
        let pool = try Fixture.pool(.custom(journal)) { $0.shardCount = 1 }
        let outcome = try await pool.recharge(Amount(minorUnits: 1), to: AccountID(1), key: Fixture.key(1))
        #expect(outcome.refusal == .unknownAccount)
        #expect(journal.stages.isEmpty)
    }
}
