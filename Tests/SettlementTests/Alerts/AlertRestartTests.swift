import SettlementTestKit
import Synchronization
import Testing

@testable import Settlement

/// What of an alert service outlasts its process.
@Suite struct AlertRestartTests {
    private static let account = AccountID(1)
    private static let day: Int64 = 86_400_000_000_000

    private final class Receiver: AlertReceiver {
        private let state = Mutex((alerts: [Alert](), requests: [RechargeRequest](), isDown: false))
        var requests: [RechargeRequest] { state.withLock { $0.requests } }
        var alerts: [Alert] { state.withLock { $0.alerts } }
        var days: [Int] {
            alerts.compactMap { if case .creditLow(_, _, let day) = $0.kind { day } else { nil } }
        }

        func stop(_ isDown: Bool) { state.withLock { $0.isDown = isDown } }

        func receive(_ alerts: [Alert]) async -> Bool {
            state.withLock { state in
                if state.isDown { return false }
                state.alerts += alerts
                return true
            }
        }

        func recharge(_ request: RechargeRequest) async { state.withLock { $0.requests.append(request) } }
    }

    /// A pool and a receiver that stay while services come and go.
    private final class World: Sendable {
        let clock: SimulatedClock
        let pool: SettlementPool
        let receiver = Receiver()
        let journal: KeptJournal

        init(_ simulation: Simulation) throws {
            clock = simulation.clock
            journal = KeptJournal(in: simulation)
            pool = try SettlementPool.open(
                journal: .memory,
                clock: clock,
                observer: NoPathObserver(),
                logger: Fixture.logger
            )
        }

        /// Watches the account by rules of its own for as long as `body` takes.
        func serve(
            _ budgets: [Budget] = [],
            _ body: @escaping @Sendable () async throws -> Void
        ) async throws {
            let service = try await AlertService.open(
                source: pool,
                receiver: receiver,
                journal: journal.choice,
                budgets: BudgetBook(budgets),
                clock: clock,
                pollNanoseconds: 60_000_000_000,
                logger: Fixture.logger
            )
            var rules = AlertRules(creditBelow: Amount(minorUnits: 100), cashSharePercent: 50)
            rules.creditReminders = 5
            #expect(try await service.watch(account, rules))
            for budget in budgets { await service.join(budget.group, account: account) }
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await service.run() }
                try await clock.sleep(nanoseconds: 120_000_000_000)
                try await body()
                try await clock.sleep(nanoseconds: 120_000_000_000)
                group.cancelAll()
                try await group.waitForAll()
            }
        }

        /// Numbers of bills ascend.
        func bill(_ number: UInt64, _ cents: Int64) async throws {
            let month = Month(containing: pool.now, offsetMinutes: 480).previous
            try await pool.issue(Fixture.bill(number, of: month, cents: cents), to: account)
        }

        func spend(_ cents: Int64) async throws {
            let key = Fixture.key(UInt64(cents) + 1)
            try await pool.withdraw(Amount(minorUnits: cents), from: account, key: key)
        }
    }

    private static func simulate(_ body: @escaping @Sendable (World) async throws -> Void) throws {
        let simulation = Simulation(seed: 1)
        try simulation.run { _ in
            let world = try World(simulation)
            try await world.pool.openAccount(account, currency: .cny)
            try await world.pool.recharge(Amount(minorUnits: 150), to: account, key: Fixture.key(1))
            try await body(world)
        }
    }

    @Test func remindersGoOnCounting() throws {
        try Self.simulate { world in
            try await world.serve {
                try await world.spend(60)
                try await world.clock.sleep(nanoseconds: Self.day * 3 / 2)
            }
            #expect(world.receiver.days == [0, 1])
            try await world.serve { try await world.clock.sleep(nanoseconds: 10 * Self.day) }
            #expect(world.receiver.days == [0, 1, 2, 3, 4, 5])
            try await world.serve { try await world.clock.sleep(nanoseconds: 10 * Self.day) }
            #expect(world.receiver.days == [0, 1, 2, 3, 4, 5], "five reminders in all")
        }
    }

    @Test func aCrossingWhileNobodyWatchedIsToldOnceWithItsTime() throws {
        try Self.simulate { world in
            try await world.serve {}
            let before = world.clock.wallTime
            try await world.spend(60)
            let after = world.clock.wallTime
            try await world.clock.sleep(nanoseconds: 3_600_000_000_000)
            try await world.serve {}
            try await world.serve {}
            #expect(world.receiver.days == [0])
            #expect(world.receiver.alerts.allSatisfy { (before...after).contains($0.time) })
        }
    }

    @Test func whatTheReceiverDidNotTakeComesAgain() throws {
        try Self.simulate { world in
            world.receiver.stop(true)
            try await world.serve { try await world.spend(60) }
            #expect(world.receiver.alerts == [])
            world.receiver.stop(false)
            try await world.serve {}
            try await world.serve {}
            #expect(world.receiver.days == [0])
        }
    }

    /// What a life asks for again has the keys of the life before: the shop does it once.
    @Test func budgetsKeepTheirCapOverARestart() throws {
        let rule = Budget.AutoRecharge(
            account: Self.account,
            step: Amount(minorUnits: 100),
            cap: Amount(minorUnits: 250)
        )
        let limit = Amount(minorUnits: 1_000)
        let budget = Budget(group: BudgetGroup(1), period: .month, limit: limit, autoRecharge: rule)
        try Self.simulate { world in
            for (number, cents) in [(1, 1_050), (2, 100), (3, 10_000)] as [(UInt64, Int64)] {
                try await world.serve([budget]) { try await world.bill(number, cents) }
            }
            let asked = world.receiver.requests
            #expect(asked.map(\.amount.minorUnits) == [100, 100, 100, 100, 100, 50], "1, then 1 again and 1, then all")
            #expect(Set(asked.map(\.key)).count == 3, "250 in all, whatever restarts")
            let warnings = world.receiver.alerts.filter { if case .budgetSpent = $0.kind { true } else { false } }
            #expect(warnings.count == 1, "told once, not by each life")
        }
    }

    /// A journal whose entries up to the head are gone, and an account that has fallen meanwhile.
    private final class GapSource: AccountChanges {
        let credit = Mutex<Int64>(150)
        let durableHeads: [UInt64] = [10]

        func changes(shard: Int, after sequence: UInt64) async throws(StandingUnavailable) -> AccountChangePage {
            AccountChangePage(changes: [], through: 10, isGap: sequence < 10)
        }

        func accounts(_ ids: [AccountID]) async throws(StandingUnavailable) -> [AccountView?] {
            ids.map { id in
                var view = ScriptedAccounts.books(id, Standing(state: .good, epoch: 0)).account
                view.availableCredit = Amount(minorUnits: credit.withLock { $0 })
                return view
            }
        }
    }

    @Test func afterAGapAllWhoAreWatchedAreReadAnew() throws {
        try Simulation(seed: 1).run { clock in
            let (source, receiver) = (GapSource(), Receiver())
            let service = AlertService(
                source: source,
                receiver: receiver,
                cursor: [5],
                clock: clock,
                logger: Fixture.logger
            )
            #expect(try await service.watch(Self.account, AlertRules(creditBelow: Amount(minorUnits: 100))))
            source.credit.withLock { $0 = 40 }
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await service.run() }
                try await clock.sleep(nanoseconds: 5_000_000_000)
                group.cancelAll()
                try await group.waitForAll()
            }
            #expect(receiver.days == [0])
        }
    }

    @Test func whatTheReceiverDidNotTakeComesAgainWithoutARestart() throws {
        try Self.simulate { world in
            world.receiver.stop(true)
            try await world.serve {
                try await world.spend(60)
                try await world.clock.sleep(nanoseconds: 300_000_000_000)
                #expect(world.receiver.alerts == [])
                world.receiver.stop(false)
                try await world.clock.sleep(nanoseconds: 300_000_000_000)
                #expect(world.receiver.days == [0])
            }
        }
    }

    /// The share is counted from the last recharge, which no figure of the account tells.
    @Test func whatCashWasAfterTheLastRechargeIsKnownAgain() throws {
        try Self.simulate { world in
            try await world.serve { try await world.spend(20) }
            try await world.serve { try await world.spend(60) }
            let shares = world.receiver.alerts.filter { if case .cashShareLow = $0.kind { true } else { false } }
            #expect(shares.map(\.kind) == [.cashShareLow(cash: Amount(minorUnits: 70), of: Amount(minorUnits: 150))])
        }
    }

    @Test(arguments: [
        Alert.Kind.creditLow(credit: Amount(minorUnits: -1), threshold: Amount(minorUnits: 2), day: 3),
        .cashShareLow(cash: Amount(minorUnits: 1), of: Amount(minorUnits: .max)),
        .freezeNear(cash: Amount(minorUnits: 1), threshold: Amount(minorUnits: 2)), .paymentMethodCheck,
        .budgetSpent(group: BudgetGroup(.max), percent: 80, spent: Amount(minorUnits: 3), limit: Amount(minorUnits: 4)),
    ])
    func alertsAreReadAsTheyWereWritten(_ kind: Alert.Kind) throws {
        let alert = Alert(account: AccountID(.max), time: Timestamp(rawValue: 5), kind)
        #expect(try Alert(record: alert.record) == alert)
        #expect(throws: MalformedRecord.self) { try Alert(record: Array(alert.record.dropLast())) }
    }
}
