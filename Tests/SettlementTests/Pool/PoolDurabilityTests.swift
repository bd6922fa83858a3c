import Settlement
import SettlementJournal
import Testing

/// Nothing is told before it is on disk, and what was told is there after a restart.
@Suite struct PoolDurabilityTests {
    @Test func anOutcomeWaitsForTheDisk() async throws {
        let journal = HeldJournal(shardCount: 1)
        let pool = try Fixture.pool(.custom(journal)) { $0.shardCount = 1 }
        let answered = Flag()
        async let opening: Void = {
            try await pool.openAccount(AccountID(1), currency: .cny)
            answered.set()
        }()
        await journal.waitForStages(1)
        #expect(!answered.isSet)
        journal.letGo()
        try await opening
        #expect(answered.isSet)
    }

    @Test func aReadWaitsForWhatItRestsOn() async throws {
        let journal = HeldJournal(shardCount: 1)
        let pool = try Fixture.pool(.custom(journal)) { $0.shardCount = 1 }
        let answered = Flag()
        async let opening = pool.openAccount(AccountID(1), currency: .cny)
        await journal.waitForStages(1)
        async let standing: [Standing?] = {
            let standings = try await pool.standings(of: [AccountID(1)])
            answered.set()
            return standings
        }()
        #expect(!answered.isSet)
        journal.letGo()
        _ = try await opening
        #expect(try await standing == [Standing(state: .good, epoch: 0)])
    }

    @Test func aStandingWaitsForNobodyElsesChange() async throws {
        let journal = HeldJournal(shardCount: 1)
        journal.letGo()
        let pool = try Fixture.pool(.custom(journal)) { $0.shardCount = 1 }
        for number: UInt64 in 1...2 {
            try await pool.openAccount(AccountID(number), currency: .cny)
            try await pool.issue(Fixture.bill(number, of: Fixture.october, cents: 500), to: AccountID(number))
        }
        let staged = journal.stages.count
        journal.hold()
        async let paid = pool.recharge(Amount(minorUnits: 700), to: AccountID(2), key: Fixture.key(1))
        await journal.waitForStages(staged + 1)
        // The recharge of account 2 is in the hands of the disk; a start or stop for account 1 can go out.
        #expect(try await pool.standings(of: [AccountID(1)]) == [Standing(state: .arrears, epoch: 1)])
        let answered = Flag()
        async let standing: [Standing?] = {
            let standings = try await pool.standings(of: [AccountID(1), AccountID(2)])
            answered.set()
            return standings
        }()
        #expect(!answered.isSet)
        journal.letGo()
        #expect(try await paid.standing == Standing(state: .good, epoch: 2))
        #expect(try await standing == [Standing(state: .arrears, epoch: 1), Standing(state: .good, epoch: 2)])
    }

    @Test func callsMadeWhileTheDiskIsBusyShareOneStage() async throws {
        let journal = HeldJournal(shardCount: 1)
        let pool = try Fixture.pool(.custom(journal)) {
            $0.shardCount = 1
            $0.interactiveBatchesInFlight = 1
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await pool.openAccount(AccountID(1), currency: .cny) }
            await journal.waitForStages(1)
            for account in 2...50 {
                group.addTask { try await pool.openAccount(AccountID(UInt64(account)), currency: .cny) }
            }
            while pool.queueDepths[0] < 50 { await Task.yield() }
            journal.letGo()
            try await group.waitForAll()
        }
        #expect(journal.stages.first == .init(shard: 0, cells: 1))
        #expect(journal.stages.map(\.cells).reduce(0, +) == 50)
        #expect(journal.stages.count <= 4, "49 calls waited together and came in \(journal.stages.count - 1) stages")
    }

    @Test func aRestartedPoolHasTheSameState() async throws {
        try await withTemporaryDirectory { directory in
            let account = AccountID(42)
            let pool = try Fixture.pool(Fixture.file(directory))
            try await pool.openAccount(account, currency: .cny)
            try await pool.issue(Fixture.bill(1, of: Fixture.october, cents: 500), to: account)
            let paid = try await pool.recharge(Amount(minorUnits: 700), to: account, key: Fixture.key(1))
            #expect(paid.standing == Standing(state: .good, epoch: 2))
            let digest = try await pool.digest()
            try await pool.shutdown()

            let again = try Fixture.pool(Fixture.file(directory))
            #expect(try await again.digest() == digest)
            #expect(try await again.audit().conserved)
            let repeated = try await again.recharge(Amount(minorUnits: 700), to: account, key: Fixture.key(1))
            #expect(repeated == paid)
            #expect(try await again.digest() == digest)
            let other = try await again.recharge(Amount(minorUnits: 701), to: account, key: Fixture.key(1))
            #expect(other.refusal == .keyReused)
            try await again.shutdown()
        }
    }

    @Test func aSnapshotTakenBetweenCommandsRecoversTheSameState() async throws {
        try await withTemporaryDirectory { directory in
            let pool = try Fixture.pool(Fixture.file(directory)) { $0.shardCount = 2 }
            for account in 1...600 { try await pool.openAccount(AccountID(UInt64(account)), currency: .cny) }
            async let snapshot: Void = pool.snapshot()
            for account in 1...600 {
                try await pool.recharge(
                    Amount(minorUnits: 100),
                    to: AccountID(UInt64(account)),
                    key: Fixture.key(UInt64(account))
                )
            }
            try await snapshot
            try await pool.snapshot()
            let digest = try await pool.digest()
            try await pool.shutdown()
            let again = try Fixture.pool(Fixture.file(directory)) { $0.shardCount = 2 }
            #expect(try await again.digest() == digest)
            try await again.shutdown()
        }
    }

    @Test func aClosedPoolTakesNothing() async throws {
        let pool = try Fixture.pool(.memory)
        try await pool.shutdown()
        await #expect(throws: SettlementError.self) {
            try await pool.openAccount(AccountID(1), currency: .cny)
        }
    }
}
