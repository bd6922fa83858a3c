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
}
