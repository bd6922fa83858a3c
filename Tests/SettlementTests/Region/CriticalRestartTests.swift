import Settlement
import SettlementTestKit
import Testing

@Suite struct CriticalRestartTests {
    /// A cloud that starts two instances a second: 600 of them take five minutes, the ten that matter come first.
    @Test func whatMattersRunsFirst() throws {
        var limits = RegionLimits.generous
        limits.startInstances = TokenRate(capacity: 2, refillPerSecond: 2)
        try RegionRig.simulate(limits: limits, prepare: { $0.addSuspended(1, instances: 600, critical: 10) }) { rig in
            await rig.flip(1)
            try await rig.pass(seconds: 1)
            let backlog = await rig.controller.backlog
            #expect(backlog.criticalStarts > 0 && backlog.criticalStarts < 10)
            let target = try #require(backlog.criticalTarget) - rig.clock.monotonicNanoseconds
            #expect(target > 1_790_000_000_000 && target <= 1_800_000_000_000)
            try await rig.pass(seconds: 9)
            let running = (0..<600 as Range<UInt64>).filter { rig.state(InstanceID($0)) == .running }
            #expect(Set(running).isSuperset(of: 590..<600))
            let later = await rig.controller.backlog
            #expect(later.criticalStarts == 0 && later.criticalTarget == nil && later.starts > 500)
        }
    }

    /// Instances that run are looked at while others still wait, which plans their account again and again.
    @Test func everyStartIsTimedFromThePaymentHoweverLongItWaits() throws {
        var limits = RegionLimits.generous
        limits.startInstances = TokenRate(capacity: 2, refillPerSecond: 2)
        var settings = RegionSettings()
        settings.sweepPeriodNanoseconds = 60_000_000_000
        try RegionRig.simulate(limits: limits, settings: settings) { rig in
            rig.addSuspended(1, instances: 300)
        } _: { rig in
            await rig.flip(1)
            try await rig.pass(seconds: 200)
            #expect(rig.region.count(in: .running) == 300)
            let waits = rig.observations.nanoseconds(.rechargeToStart)
            #expect(waits.count == 300)
            #expect(waits.max() == 149_000_000_000, "two at once and two a second")
            #expect(rig.observations.nanoseconds(.rechargeToRunning).count == 300)
            #expect(await rig.controller.untimedStarts == 0)
        }
    }

    @Test func aStartThatNobodyToldOfIsCounted() throws {
        try RegionRig.simulate { rig in
            rig.addSuspended(1, instances: 3)
        } _: { rig in
            rig.book.flip(AccountID(1))
            try await rig.pass(seconds: 700)
            #expect(rig.region.count(in: .running) == 3)
            #expect(rig.observations.nanoseconds(.rechargeToStart) == [])
            #expect(await rig.controller.untimedStarts == 3)
        }
    }
}
