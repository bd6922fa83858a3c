import Settlement
import SettlementTestKit
import Testing

/// What the pool decides reaches the bus: durable facts only, in order, also for a subscriber that is too slow.
@Suite struct PoolBusTests {
    /// Accounts that fall into arrears one after the other.
    private func fallIntoArrears(_ accounts: ClosedRange<UInt64>, in pool: SettlementPool) async throws {
        for number in accounts {
            let account = AccountID(number)
            try await pool.openAccount(account, currency: .cny)
            let outcome = try await pool.issue(Fixture.bill(number, of: Fixture.october, cents: 10), to: account)
            #expect(outcome.standing == Standing(state: .arrears, epoch: 1))
        }
    }

    @Test func aSlowSubscriberIsCaughtUpFromTheJournal() async throws {
        try await withTemporaryDirectory { directory in
            let pool = try Fixture.pool(Fixture.file(directory)) { $0.shardCount = 1 }
            let slow = try await pool.bus.subscribe(name: "slow", regions: RegionSet(RegionID(0)), bufferLimit: 2)
            try await fallIntoArrears(1...40, in: pool)
            #expect(await pool.bus.lags().first?.laggingShards == [0])
            var seen: [Notification] = []
            while seen.count < 40 {
                guard case .notifications(let batch, _) = try await slow.next(max: 7) else {
                    Issue.record("the journal holds everything, so nothing has to be listed anew")
                    return
                }
                seen += batch
            }
            #expect(seen.map(\.account.rawValue) == Array(1...40))
            #expect(zip(seen, seen.dropFirst()).allSatisfy { $0.sequence < $1.sequence })
            try await pool.shutdown()
        }
    }

    @Test func aCursorGoesOnAfterARestart() async throws {
        try await withTemporaryDirectory { directory in
            let pool = try Fixture.pool(Fixture.file(directory)) { $0.shardCount = 1 }
            let first = try await pool.bus.subscribe(name: "a", regions: RegionSet(RegionID(0)))
            try await fallIntoArrears(1...3, in: pool)
            guard case .notifications(let taken, let cursor) = try await first.next(max: 2) else {
                Issue.record("two notifications are there")
                return
            }
            #expect(cursor == BusCursor(sequences: [taken[1].sequence]))
            try await pool.shutdown()

            let again = try Fixture.pool(Fixture.file(directory)) { $0.shardCount = 1 }
            let second = try await again.bus.subscribe(name: "a", regions: RegionSet(RegionID(0)), from: cursor)
            guard case .notifications(let rest, _) = try await second.next(max: 10) else {
                Issue.record("the third is read from the journal")
                return
            }
            #expect(rest.map(\.account.rawValue) == [3])
            try await again.shutdown()
        }
    }

    @Test func aCursorBeyondTheJournalIsRefused() async throws {
        let pool = try Fixture.pool(.memory) { $0.shardCount = 1 }
        await #expect(throws: HeadRegression.self) {
            try await pool.bus.subscribe(
                name: "a",
                regions: RegionSet(RegionID(0)),
                from: BusCursor(sequences: [5])
            )
        }
    }

    @Test func nothingIsPublishedBeforeItIsDurable() async throws {
        let journal = HeldJournal(shardCount: 1)
        let pool = try Fixture.pool(.custom(journal)) { $0.shardCount = 1 }
        let subscription = try await pool.bus.subscribe(name: "a", regions: RegionSet(RegionID(0)))
        let time = pool.now
        async let settled = pool.submit([
            Command(.openAccount(currency: .cny, creditLimit: .zero), account: AccountID(1), time: time),
            Command(.issueBill(Fixture.bill(1, of: Fixture.october, cents: 10)), account: AccountID(1), time: time),
        ])
        await journal.waitForStages(1)
        #expect(await pool.bus.lags().first?.buffered == 0)
        journal.letGo()
        #expect(await settled.count == 2)
        guard case .notifications(let batch, _) = try await subscription.next(max: 10) else {
            Issue.record("one notification is there")
            return
        }
        #expect(batch.map(\.standing) == [Standing(state: .arrears, epoch: 1)])
    }

    @Test func namesAreKept() async throws {
        try await withTemporaryDirectory { directory in
            let names = (0..<600).map { "arn:aws:billing::\($0):account" }
            let pool = try Fixture.pool(Fixture.file(directory))
            let accounts = try await pool.intern(names)
            #expect(Set(accounts).count == names.count)
            #expect(try await pool.intern(names) == accounts)
            try await pool.shutdown()
            let again = try Fixture.pool(Fixture.file(directory))
            #expect(try await again.account(named: names[17]) == accounts[17])
            #expect(try await again.account(named: "nobody") == nil)
            try await again.shutdown()
        }
    }
}
