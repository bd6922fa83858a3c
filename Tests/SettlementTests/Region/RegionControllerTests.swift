import ServiceLifecycleTestKit
import Settlement
import SettlementTestKit
import Testing

/// What a controller does while the cloud behaves.
@Suite struct RegionControllerTests {
    @Test func `a paid account's instances start, and every stage is observed`() throws {
        var behaviour = RegionBehaviour()
        behaviour.callLatency = .constant(100_000_000)
        behaviour.startDuration = .constant(30_000_000_000)
        try RegionRig.simulate(behaviour: behaviour) { rig in
            rig.addSuspended(1, instances: 3)
        } _: { rig in
            await rig.flip(1)
            try await rig.pass(seconds: 40)
            #expect(rig.region.count(in: .running) == 3)
            #expect(rig.region.counters.started == 3 && rig.region.counters.wrongStarts == 0)
            #expect(rig.region.counters.startCalls == 1)
            #expect(rig.region.instance(InstanceID(0)).mark == nil && rig.region.instance(InstanceID(0)).locks == [])
            #expect(rig.observations.nanoseconds(.notify) == [0])
            #expect(rig.observations.nanoseconds(.dispatch) == [0, 0, 0])
            #expect(rig.observations.nanoseconds(.rechargeToStart) == [0, 0, 0])
            // Half a call to arrive, 30 s to start, then at most one poll and its call.
            let running = rig.observations.nanoseconds(.rechargeToRunning)
            #expect(running.count == 3 && running.allSatisfy { 30_050_000_000...32_300_000_000 ~= $0 })
            #expect(rig.observations.nanoseconds(.start) == running)
            #expect(await rig.controller.backlog.outstanding == 0)
        }
    }

    @Test func `what its user had stopped stays stopped, and other locks survive payment`() throws {
        try RegionRig.simulate { rig in
            rig.addSuspended(1)
            rig.region.add(account: AccountID(1), state: .stopped)
            rig.region.add(
                account: AccountID(1),
                state: .stopped,
                locks: [.financial, .security],
                mark: SuspensionMark(epoch: 1, priorState: .running)
            )
            rig.region.add(
                account: AccountID(1),
                state: .stopped,
                locks: .financial,
                mark: SuspensionMark(epoch: 1, priorState: .stopped)
            )
        } _: { rig in
            await rig.flip(1)
            try await rig.pass(seconds: 3_600)
            #expect((0..<4).map { rig.state(InstanceID($0)) } == [.running, .stopped, .stopped, .stopped])
            #expect(rig.region.instance(InstanceID(2)).locks == [.financial, .security])
            #expect(rig.region.counters.started == 1 && rig.region.counters.wrongStarts == 0)
        }
    }

    @Test func `arrears stop what runs, and leave a mark that a restarted controller obeys`() throws {
        try Simulation(seed: 1).run { clock in
            let rig = RegionRig(clock: clock)
            rig.addRunning(1, instances: 2)
            let rested = rig.region.add(account: AccountID(1), state: .stopped)
            try await rig.bus.open(heads: [0], history: ScriptedHistory())
            try await rig.run {
                try await rig.pass(seconds: 1)
                await rig.flip(1)
                try await rig.pass(seconds: 5)
            }
            #expect(rig.region.instance(InstanceID(1)).mark == SuspensionMark(epoch: 1, priorState: .running))
            #expect(rig.region.instance(InstanceID(1)).locks == .financial)
            #expect(rig.region.instance(rested).mark == nil)
            // The payment arrives while no controller runs, and no notification tells the next one.
            rig.book.flip(AccountID(1))
            let successor = RegionController(
                driver: rig.region,
                bus: rig.bus,
                standings: rig.book,
                clock: clock,
                seed: 9,
                logger: .silent
            )
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { await successor.run() }
                try await rig.pass(seconds: 5)
                group.cancelAll()
            }
            #expect((0..<3).map { rig.state(InstanceID($0)) } == [.running, .running, .stopped])
        }
    }

    @Test func `a stop that waits is not issued when the account has paid meanwhile`() throws {
        var limits = RegionLimits.generous
        limits.stopInstances = TokenRate(capacity: 1, refillPerSecond: 1)
        try RegionRig.simulate(limits: limits) { rig in
            rig.addRunning(1)
            rig.addRunning(2)
        } _: { rig in
            await rig.flip(1)
            await rig.flip(2)
            try await rig.clock.sleep(nanoseconds: 500_000_000)
            #expect(rig.region.counters.stopped == 1)
            let waiting = rig.state(InstanceID(0)) == .running ? 1 : 2 as UInt64
            // No notification: only reading the standing again can tell.
            rig.book.flip(AccountID(waiting))
            try await rig.pass(seconds: 30)
            #expect(rig.state(InstanceID(waiting - 1)) == .running)
            #expect(rig.region.counters.stopped == 1 && rig.region.counters.wrongStops == 0)
        }
    }

    @Test func `without standings nothing is stopped`() throws {
        try RegionRig.simulate { rig in
            rig.addRunning(1)
        } _: { rig in
            rig.book.isAvailable = false
            await rig.flip(1)
            try await rig.pass(seconds: 1_800)
            #expect(rig.region.counters.stopCalls == 0)
            rig.book.isAvailable = true
            try await rig.pass(seconds: 31)
            #expect(rig.state(InstanceID(0)) == .stopped)
        }
    }

    @Test func `the sweep finds what no notification told`() throws {
        try RegionRig.simulate { rig in
            rig.addSuspended(1)
            rig.addRunning(2)
            for account: UInt64 in 3...200 { rig.addRunning(account) }
        } _: { rig in
            rig.book.flip(AccountID(1))
            rig.book.flip(AccountID(2))
            try await rig.pass(seconds: 598)
            #expect(rig.state(InstanceID(0)) == .stopped && rig.state(InstanceID(1)) == .running)
            try await rig.pass(seconds: 5)
            #expect(rig.state(InstanceID(0)) == .running && rig.state(InstanceID(1)) == .stopped)
            #expect(rig.region.counters.started == 1 && rig.region.counters.stopped == 1)
        }
    }

    @Test func `when the cache gives nothing to do, the cloud is asked`() throws {
        try RegionRig.simulate { rig in
            rig.book[AccountID(1)] = Standing(state: .arrears, epoch: 1)
            rig.region.add(account: AccountID(1), state: .stopped)
        } _: { rig in
            // Suspended by a predecessor after the sweep has passed.
            let late = rig.region.addSuspended(account: AccountID(1), epoch: 1)
            await rig.flip(1)
            try await rig.pass(seconds: 1)
            #expect(rig.state(late) == .running)
            #expect(rig.observations.nanoseconds(.rechargeToStart) == [0])
        }
    }

    @Test func `an instance that its user starts in arrears is stopped again, and a mark left over is lifted`() throws {
        try RegionRig.simulate { rig in
            rig.addSuspended(1)
            rig.addSuspended(2)
        } _: { rig in
            rig.region.set(InstanceID(0), state: .running)
            rig.region.set(InstanceID(1), state: .running)
            rig.book.flip(AccountID(2))
            try await rig.pass(seconds: 610)
            #expect(rig.state(InstanceID(0)) == .stopped)
            #expect(rig.state(InstanceID(1)) == .running)
            #expect(rig.region.instance(InstanceID(1)).mark == nil && rig.region.instance(InstanceID(1)).locks == [])
        }
    }

    @Test func `payment during the stop starts the instance once it has stopped`() throws {
        var behaviour = RegionBehaviour()
        behaviour.callLatency = .constant(200_000_000)
        behaviour.stopDuration = .constant(20_000_000_000)
        try RegionRig.simulate(behaviour: behaviour) { rig in
            rig.addRunning(1)
        } _: { rig in
            await rig.flip(1)
            try await rig.clock.sleep(nanoseconds: 150_000_000)
            #expect(rig.state(InstanceID(0)) == .stopping)
            await rig.flip(1)
            try await rig.pass(seconds: 30)
            #expect(rig.state(InstanceID(0)) == .running)
            #expect(rig.region.counters.started == 1 && rig.region.counters.stopped == 1)
            #expect(rig.observations.nanoseconds(.rechargeToStart).count == 1)
        }
    }

    @Test func `a controller that has missed too much sweeps`() throws {
        var settings = RegionSettings()
        settings.bufferLimit = 1
        try RegionRig.simulate(settings: settings) { rig in
            for account: UInt64 in 1...5 { rig.addSuspended(account) }
        } _: { rig in
            // A batch larger than the buffer, and a history that knows nothing of it.
            for account: UInt64 in 1...5 { rig.book.flip(AccountID(account)) }
            await rig.bus.publish(notifications(1...5), after: 0)
            try await rig.pass(seconds: 3)
            #expect(rig.region.count(in: .running) == 5)
        }
    }

    @Test func `a region that does not answer delays no other`() throws {
        try Simulation(seed: 1).run { clock in
            let bus = NotificationBus()
            try await bus.open(heads: [0], history: ScriptedHistory())
            let dead = RegionRig(clock: clock, bus: bus, region: RegionID(0))
            let live = RegionRig(clock: clock, bus: bus, region: RegionID(1))
            for rig in [dead, live] { for account: UInt64 in 1...50 { rig.addSuspended(account) } }
            dead.region.behaviour.isOut = true
            try await dead.run {
                try await live.run {
                    try await live.pass(seconds: 1)
                    for account: UInt64 in 1...50 {
                        dead.book.flip(AccountID(account))
                        await live.flip(account)
                    }
                    try await live.clock.sleep(nanoseconds: 1)
                    #expect(live.region.counters.started == 50)
                    #expect(dead.region.counters.started == 0)
                    dead.region.behaviour.isOut = false
                    try await live.pass(seconds: 31)
                    #expect(dead.region.counters.started == 50)
                    #expect(await dead.controller.deadLetters.isEmpty)
                }
            }
        }
    }

    @Test func `a graceful shutdown ends the controller`() async throws {
        let clock = ManualClock()
        let rig = RegionRig(clock: clock)
        try await rig.bus.open(heads: [0], history: ScriptedHistory())
        await testGracefulShutdown { trigger in
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await rig.controller.run() }
                // The sweep sleeps until the next one: the controller is at work.
                await clock.waitForSleepers(1)
                trigger.triggerGracefulShutdown()
                await group.waitForAll()
            }
        }
    }
}
