import Settlement
import SettlementTestKit
import Testing

@Suite struct PoolExplainTests {
    @Test func followsAnAccountFromItsArrearsToTheRecharge() async throws {
        let clock = Fixture.clock()
        let pool = try Fixture.pool(.memory, clock: clock)
        let id = AccountID(1)
        #expect(try await pool.explain(id).step == .unknownAccount)
        try await pool.openAccount(id, currency: .cny)
        #expect(try await pool.standingSince(of: id) == nil)
        clock.advance(by: 3_600_000_000_000)
        let fell = pool.now
        for number in 1...3 as ClosedRange<UInt64> {
            try await pool.issue(Fixture.bill(number, of: Fixture.october, cents: 10_00), to: id)
        }
        clock.advance(by: 3_600_000_000_000)
        let since = try await pool.standingSince(of: id)
        #expect(since == fell)

        let owed = Money(Amount(minorUnits: 30_00), .cny)
        let explanation = try await pool.explain(id, standingSince: since)
        #expect(
            explanation.step
                == .billOpen(BillID(1), outstanding: Money(Amount(minorUnits: 10_00), .cny), owed: owed, count: 3)
        )
        // What is said to help does, to the cent.
        guard case .recharge(let amount) = explanation.remedies.first else {
            Issue.record("no recharge is proposed")
            return
        }
        let less = amount.amount - Amount(minorUnits: 1)
        #expect(try await pool.recharge(less, to: id, key: Fixture.key(1)).standing.state == .arrears)
        #expect(
            try await pool.explain(id).step == .creditTooLow(available: Money(.zero, .cny), floor: Money(.zero, .cny))
        )
        #expect(try await pool.recharge(Amount(minorUnits: 1), to: id, key: Fixture.key(2)).standing.state == .good)
        #expect(try await pool.explain(id).step == .regionsNotAsked(RegionSet(RegionID(0))))
        #expect(try await pool.standingSince(of: id) == pool.now)
        try await pool.shutdown()
    }

    @Test func aControllerTellsWhatItIsDoing() throws {
        var limits = RegionLimits.generous
        limits.startInstances = TokenRate(capacity: 1, refillPerSecond: 1)
        try RegionRig.simulate(limits: limits, prepare: { $0.addSuspended(1, instances: 5) }) { rig in
            let before = await rig.controller.status(of: AccountID(1))
            #expect(before.isReachable && before.instances?.map(\.activity) == Array(repeating: .none, count: 5))
            await rig.flip(1)
            try await rig.pass(seconds: 2)
            let status = await rig.controller.status(of: AccountID(1))
            let waiting = status.instances?.filter { if case .queued = $0.activity { true } else { false } }
            #expect(waiting?.isEmpty == false)
            rig.region.behaviour.isOut = true
            try await rig.pass(seconds: 10)
            #expect(await rig.controller.status(of: AccountID(1)).isReachable == false)
            rig.region.behaviour.isOut = false
            try await rig.pass(seconds: 120)
            let after = await rig.controller.status(of: AccountID(1))
            #expect(after.isReachable && after.instances?.allSatisfy { $0.instance.state == .running } == true)
            #expect(await rig.controller.status(of: AccountID(9)).instances == nil)
        }
    }
}
