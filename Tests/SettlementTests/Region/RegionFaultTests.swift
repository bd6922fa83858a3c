import Settlement
import SettlementTestKit
import Testing

/// What a controller does while the cloud misbehaves.
@Suite struct RegionFaultTests {
    static let seeds: [UInt64] = Array(1...5)

    /// One suspended instance, in a region that has no stock.
    private static func simulateNoStock(_ body: @escaping @Sendable (RegionRig) async throws -> Void) throws {
        var behaviour = RegionBehaviour()
        behaviour.noStock = 1
        try RegionRig.simulate(behaviour: behaviour, prepare: { $0.addSuspended(1) }, body)
    }

    @Test(arguments: seeds) func `lost requests and replies converge, and no start happens twice`(seed: UInt64) throws {
        var behaviour = RegionBehaviour()
        behaviour.callLatency = .uniform(50_000_000...500_000_000)
        behaviour.startDuration = .logNormal(median: 20_000_000_000, sigma: 0.5)
        behaviour.lostReply = 0.4
        behaviour.lostRequest = 0.2
        try RegionRig.simulate(seed: seed, behaviour: behaviour) { rig in
            for account: UInt64 in 1...150 { rig.addSuspended(account) }
        } _: { rig in
            try await rig.pass(seconds: 120)
            for account: UInt64 in 1...150 { await rig.flip(account) }
            try await rig.pass(seconds: 1_800)
            #expect(rig.region.count(in: .running) == 150)
            #expect(rig.region.counters.started == 150)
            #expect(rig.region.counters.lostReplies > 0 && rig.region.counters.wrongStarts == 0)
        }
    }

    @Test func `no stock is tried again, slower and slower, until there is some`() throws {
        try Self.simulateNoStock { rig in
            await rig.flip(1)
            try await rig.pass(seconds: 100)
            #expect(rig.state(InstanceID(0)) == .stopped)
            // Steps of 1, 2, 4, 8, 16, 32, 64 s, of each at least half.
            #expect(4...8 ~= rig.region.counters.startCalls)
            rig.region.behaviour.noStock = 0
            try await rig.pass(seconds: 130)
            #expect(rig.state(InstanceID(0)) == .running)
            #expect(rig.observations.nanoseconds(.rechargeToStart) == [0], "the first attempt is the one that counts")
            #expect(rig.observations.nanoseconds(.rechargeToRunning).count == 1)
        }
    }

    @Test func `a start after another payment is timed, although one before it was tried in vain`() throws {
        try Self.simulateNoStock { rig in
            await rig.flip(1)
            try await rig.pass(seconds: 20)
            rig.region.behaviour.noStock = 0
            await rig.flip(1)
            await rig.flip(1)
            try await rig.pass(seconds: 60)
            #expect(rig.state(InstanceID(0)) == .running)
            #expect(rig.observations.nanoseconds(.rechargeToStart).count == 2, "one for each payment")
            #expect(await rig.controller.untimedStarts == 0)
        }
    }

    @Test func `too many failures make a dead letter, which the next sweep tries again`() throws {
        var behaviour = RegionBehaviour()
        behaviour.itemFailure = 1
        var settings = RegionSettings()
        settings.attempts = 3
        try RegionRig.simulate(behaviour: behaviour, settings: settings) { rig in
            rig.addSuspended(1)
        } _: { rig in
            await rig.flip(1)
            try await rig.pass(seconds: 60)
            let letters = await rig.controller.deadLetters
            #expect(letters.map(\.reason) == [.attemptsExhausted(last: .unavailable)])
            #expect(letters.first?.attempts == 3 && letters.first?.epoch == 2)
            #expect(rig.region.counters.startCalls == 3)
            rig.region.behaviour.itemFailure = 0
            try await rig.pass(seconds: 600)
            #expect(rig.state(InstanceID(0)) == .running)
            #expect(await rig.controller.deadLetters == [])
        }
    }

    @Test func `terminal answers make dead letters that only a person tries again`() throws {
        try RegionRig.simulate { rig in
            rig.addSuspended(1)
            rig.addSuspended(2)
            rig.book[AccountID(3)] = Standing(state: .arrears, epoch: 1)
            rig.region.add(
                account: AccountID(3),
                state: .stopped,
                locks: .financial,
                mark: SuspensionMark(epoch: 1, priorState: .running),
                isPrepaid: true
            )
        } _: { rig in
            // Behind the back of the cache.
            rig.region.set(InstanceID(0), state: .released)
            rig.region.set(InstanceID(1), state: .stopped, locks: [.financial, .security])
            for account: UInt64 in 1...3 { await rig.flip(account) }
            try await rig.pass(seconds: 60)
            let letters = await rig.controller.deadLetters
            #expect(letters.map(\.reason) == [.notFound, .locked(.security), .wrongPayType])
            #expect(letters.map(\.account.rawValue) == [1, 2, 3])
            try await rig.pass(seconds: 1_300)
            #expect(rig.region.counters.startCalls <= 3 && rig.region.counters.started == 0)
            rig.region.set(InstanceID(1), state: .stopped, locks: .financial)
            await rig.controller.retryDeadLetters([InstanceID(1)])
            try await rig.pass(seconds: 5)
            #expect(rig.state(InstanceID(1)) == .running)
            #expect(await rig.controller.deadLetters.map(\.instance.rawValue) == [0, 2])
        }
    }

    @Test func `a start that never gets to running is a dead letter`() throws {
        var behaviour = RegionBehaviour()
        behaviour.stuckStart = 1
        try RegionRig.simulate(behaviour: behaviour) { rig in
            rig.addSuspended(1)
        } _: { rig in
            await rig.flip(1)
            try await rig.pass(seconds: 599)
            #expect(await rig.controller.deadLetters == [])
            try await rig.pass(seconds: 5)
            #expect(await rig.controller.deadLetters.map(\.reason) == [.noProgress(.starting)])
            #expect(rig.region.counters.started == 1)
        }
    }

    @Test func `calls never exceed the buckets, and use them fully`() throws {
        var limits = RegionLimits.generous
        // Enough requests for one an instance: how instances are gathered into calls depends on the interleaving.
        limits.startRequests = TokenRate(capacity: 20, refillPerSecond: 2)
        limits.startInstances = TokenRate(capacity: 10, refillPerSecond: 2)
        try RegionRig.simulate(limits: limits) { rig in
            for account: UInt64 in 1...60 { rig.addSuspended(account) }
        } _: { rig in
            for account: UInt64 in 1...60 { await rig.flip(account) }
            try await rig.clock.sleep(nanoseconds: 1_000_000)
            #expect(rig.region.counters.started == 10)
            try await rig.pass(seconds: 10)
            #expect(rig.region.counters.started == 30)
            try await rig.pass(seconds: 15)
            #expect(rig.region.counters.started == 60)
            #expect(rig.region.counters.throttledCalls == 0 && rig.region.counters.throttledItems == 0)
        }
    }

    @Test func `a quota that others have used up throttles, and nothing is lost`() throws {
        var limits = RegionLimits.generous
        limits.startInstances = TokenRate(capacity: 20, refillPerSecond: 20)
        try RegionRig.simulate(limits: limits) { rig in
            for account: UInt64 in 1...60 { rig.addSuspended(account) }
        } _: { rig in
            // Another tool starts instances in the same region.
            _ = try await rig.region.start(Array(repeating: InstanceID(999), count: 60))
            _ = try await rig.region.start(Array(repeating: InstanceID(0), count: 20))
            for account: UInt64 in 1...60 { await rig.flip(account) }
            try await rig.pass(seconds: 60)
            #expect(rig.region.count(in: .running) == 60)
            #expect(await rig.controller.deadLetters == [])
        }
    }

    /// At one instance a second, sixty that a refused call had cost would take a minute to come back.
    @Test func `a call that is throttled as a whole costs no instances`() throws {
        var limits = RegionLimits.generous
        limits.startInstances = TokenRate(capacity: 60, refillPerSecond: 1)
        try RegionRig.simulate(limits: limits) { rig in
            for account: UInt64 in 1...60 { rig.addSuspended(account) }
        } _: { rig in
            rig.region.throttleCommands(to: TokenRate(capacity: 1, refillPerSecond: 1))
            _ = try await rig.region.start([InstanceID(999)])
            for account: UInt64 in 1...60 { await rig.flip(account) }
            // Another tool takes what calls there are for a while.
            for _ in 0..<100 {
                _ = try? await rig.region.start([InstanceID(999)])
                try await rig.clock.sleep(nanoseconds: 50_000_000)
            }
            try await rig.pass(seconds: 40)
            #expect(rig.region.counters.throttledCalls > 0)
            #expect(rig.region.counters.started == 60)
        }
    }

    @Test func `a region that was out for an hour is not blamed on its instances`() throws {
        try RegionRig.simulate { rig in
            for account: UInt64 in 1...300 { rig.addSuspended(account) }
        } _: { rig in
            rig.region.behaviour.isOut = true
            for account: UInt64 in 1...300 { await rig.flip(account) }
            try await rig.pass(seconds: 3_600)
            #expect(await rig.controller.deadLetters == [])
            rig.region.behaviour.isOut = false
            try await rig.pass(seconds: 62)
            #expect(rig.region.count(in: .running) == 300)
        }
    }

    /// Accounts flip at random while everything fails at times; then the faults end and everything must obey.
    @Test(arguments: seeds) func `chaos ends in obedience, without one wrong stop or start`(seed: UInt64) throws {
        _ = try Self.chaos(seed: seed)
    }

    @Test func `the same seed is the same run, another seed another one`() throws {
        let runs = try [11, 11, 12].map(Self.chaos)
        #expect(!runs[0].isEmpty && runs[0] == runs[1])
        #expect(runs[0] != runs[2])
    }

    private static func chaos(seed: UInt64) throws -> [ObservationList.Observation] {
        let accounts: ClosedRange<UInt64> = 1...60
        var behaviour = RegionBehaviour()
        behaviour.callLatency = .logNormal(median: 100_000_000, sigma: 1)
        behaviour.startDuration = .logNormal(median: 15_000_000_000, sigma: 0.5)
        behaviour.stopDuration = .uniform(1_000_000_000...20_000_000_000)
        behaviour.noStock = 0.1
        behaviour.itemFailure = 0.1
        behaviour.callFailure = 0.05
        behaviour.lostReply = 0.05
        behaviour.lostRequest = 0.05
        behaviour.staleRead = 0.2
        var limits = RegionLimits.generous
        limits.stopInstances = TokenRate(capacity: 10, refillPerSecond: 3)
        limits.startInstances = TokenRate(capacity: 10, refillPerSecond: 3)
        let observations = ObservationList()
        try RegionRig.simulate(seed: seed, limits: limits, behaviour: behaviour) { rig in
            for account in accounts {
                if account.isMultiple(of: 3) {
                    rig.addSuspended(account, instances: 2)
                } else {
                    rig.addRunning(account, instances: 2)
                }
            }
        } _: { rig in
            var generator = SplitMix64(seed: seed)
            for _ in 0..<300 {
                await rig.flip(UInt64.random(in: accounts, using: &generator))
                try await rig.clock.sleep(nanoseconds: Int64.random(in: 0...4_000_000_000, using: &generator))
            }
            rig.region.behaviour = RegionBehaviour()
            try await rig.pass(seconds: 1_300)
            for row in 0..<UInt64(rig.region.count) {
                let instance = rig.region.instance(InstanceID(row))
                let isGood = rig.book[instance.account]?.state == .good
                #expect(instance.state == (isGood ? .running : .stopped), "instance \(row) of \(instance.account)")
                #expect((instance.mark == nil) == isGood)
            }
            #expect(rig.region.counters.wrongStops == 0)
            #expect(rig.region.counters.wrongStarts == 0)
            #expect(await rig.controller.deadLetters == [])
            for observation in rig.observations.all {
                observations.observe(
                    observation.stage,
                    nanoseconds: observation.nanoseconds,
                    count: 1,
                    lane: .interactive
                )
            }
        }
        return observations.all
    }
}
