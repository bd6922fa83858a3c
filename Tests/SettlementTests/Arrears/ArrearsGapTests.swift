import Settlement
import SettlementTestKit
import Synchronization
import Testing

/// A service that begins behind what the bus still knows.
@Suite struct ArrearsGapTests {
    /// Cannot list who owes for the first few times.
    private final class ShyAccounts: ArrearsSource {
        private let base: ScriptedAccounts
        private let refusals = Mutex(3)

        init(_ base: ScriptedAccounts) { self.base = base }

        func books(of accounts: [AccountID]) async throws(StandingUnavailable) -> [AccountBooks?] {
            try await base.books(of: accounts)
        }

        func accountsOwing(after place: OwingPage.Place?) async throws(StandingUnavailable) -> OwingPage {
            let isRefused = refusals.withLock { left in
                left -= 1
                return left >= 0
            }
            if isRefused { throw StandingUnavailable(reason: "not now") }
            return try await base.accountsOwing(after: place)
        }
    }

    @Test func whoOwesSinceTheGapIsFoundThoughTheFirstSweepsFail() throws {
        try ArrearsRig.simulate { rig in
            let account = AccountID(1)
            let fell = ScriptedAccounts.Change(
                account: account,
                standing: Standing(state: .arrears, epoch: 1),
                time: rig.clock.wallTime
            )
            let history = ScriptedHistory()
            history.state.withLock { $0.oldest = 50 }
            let bus = NotificationBus()
            try await bus.open(heads: [90], history: history)
            let source = ShyAccounts(ScriptedAccounts([fell], clock: rig.clock))
            let service = try rig.service(.tencent, source: source, bus: bus)
            try await rig.run(service) {
                try await rig.pass(hours: 12)
                #expect(await service.arrears(of: account) != nil)
            }
        }
    }
}
