import Settlement
import SettlementJournal
import SettlementTestKit
import Synchronization

/// A policy carried out in virtual time, with a receiver that remembers every order.
final class ArrearsRig: Sendable {
    let simulation: Simulation
    let clock: SimulatedClock
    let product: SimulatedProduct
    let receiver = OrderList()
    /// What the service has journaled, whatever became of it.
    private let kept: KeptJournal

    init(_ simulation: Simulation) {
        self.simulation = simulation
        kept = KeptJournal(in: simulation)
        clock = simulation.clock
        product = SimulatedProduct(clock: simulation.clock, seed: simulation.seed)
    }

    /// Runs `body` in a world of its own.
    static func simulate(seed: UInt64 = 1, _ body: @escaping @Sendable (ArrearsRig) async throws -> Void) throws {
        let simulation = Simulation(seed: seed)
        let rig = ArrearsRig(simulation)
        try simulation.run { _ in try await body(rig) }
    }

    /// A service on what the ones before have kept.
    func service(
        _ policy: ArrearsPolicy,
        source: any ArrearsSource,
        bus: NotificationBus,
        sweepHours: Int64 = 1
    ) throws -> ArrearsService {
        var settings = ArrearsSettings()
        settings.sweepPeriodNanoseconds = sweepHours * 3_600_000_000_000
        return try ArrearsService.open(
            policy,
            journal: kept.choice,
            source: source,
            bus: bus,
            actions: CombinedActions([ProductController(driver: product), receiver]),
            settings: settings,
            clock: clock,
            seed: simulation.seed,
            logger: Fixture.logger
        )
    }

    /// Runs a service as long as `body` takes.
    func run(_ service: ArrearsService, _ body: @escaping @Sendable () async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await service.run() }
            try await body()
            group.cancelAll()
        }
    }

    func pass(hours: Int64) async throws { try await clock.sleep(nanoseconds: hours * 3_600_000_000_000) }
}

/// Takes orders, some of them only at a later attempt.
final class OrderList: ArrearsActions {
    private struct State {
        var done: [ArrearsOrder] = []
        var refusals = 0
    }

    private let state = Mutex(State())

    var orders: [ArrearsOrder] { state.withLock { $0.done } }
    var events: [ArrearsEvent] { orders.map(\.event) }

    /// The next so many orders are put off.
    func putOff(_ count: Int) { state.withLock { $0.refusals = count } }

    func carryOut(_ orders: [ArrearsOrder]) async -> [ArrearsAnswer] {
        state.withLock { state in
            orders.map { order in
                if state.refusals > 0 {
                    state.refusals -= 1
                    return .retry
                }
                // As a mailer does that knows what it has sent.
                if !state.done.contains(order) { state.done.append(order) }
                return .done
            }
        }
    }
}

/// Accounts whose standings change by a script; what is read is the truth of the moment.
final class ScriptedAccounts: ArrearsSource {
    struct Change: Hashable {
        var account: AccountID
        var standing: Standing
        var time: Timestamp
    }

    let clock: any SettlementClock
    let changes: [Change]

    init(_ changes: [Change], clock: any SettlementClock) {
        self.changes = changes
        self.clock = clock
    }

    func books(of accounts: [AccountID]) async throws(StandingUnavailable) -> [AccountBooks?] {
        let now = clock.wallTime
        return accounts.map { account in
            let last = changes.last { $0.account == account && $0.time <= now }
            return Self.books(account, last?.standing ?? Standing(state: .good, epoch: 0))
        }
    }

    func accountsOwing(after place: OwingPage.Place?) async throws(StandingUnavailable) -> OwingPage {
        let now = clock.wallTime
        let owing = Set(changes.map(\.account)).sorted().filter { account in
            changes.last { $0.account == account && $0.time <= now }?.standing.state == .arrears
        }
        return OwingPage(accounts: owing, next: nil)
    }

    static func books(_ id: AccountID, _ standing: Standing) -> AccountBooks {
        let owed: Int64 = standing.state == .arrears ? 30 : 0
        let view = AccountView(
            id: id,
            currency: .cny,
            cash: .zero,
            frozen: .zero,
            creditLimit: .zero,
            refunds: .zero,
            openDue: Amount(minorUnits: owed),
            openCount: owed > 0 ? 1 : 0,
            availableCredit: Amount(minorUnits: -owed),
            standing: standing,
            regions: .all,
            autoWriteOff: true,
            deferral: nil
        )
        let bill = BillView(
            bill: Fixture.bill(id.rawValue, of: Fixture.october, cents: 30),
            outstanding: Amount(minorUnits: owed),
            isFrozen: false
        )
        return AccountBooks(account: view, bills: owed > 0 ? [bill] : [])
    }
}
