import Settlement
import SettlementTestKit
import Testing

@Suite struct SimulatedRegionTests {
    static let account = AccountID(1)

    static func region(_ clock: ManualClock, limits: RegionLimits = .generous) -> SimulatedRegion {
        SimulatedRegion(
            region: RegionID(0),
            limits: limits,
            clock: clock,
            seed: 1,
            truth: { _ in (Standing(state: .good, epoch: 2), since: 0) }
        )
    }

    @Test func `lists every instance once over all pages`() async throws {
        let region = Self.region(ManualClock())
        for account: UInt64 in 0..<120 { region.add(account: AccountID(account)) }
        var listed: [UInt64] = []
        var token: PageToken?
        repeat {
            let page = try await region.list(after: token, limit: 50)
            listed += page.instances.map(\.id.rawValue)
            token = page.next
        } while token != nil
        #expect(listed == Array(0..<120))
        #expect(region.counters.listCalls == 3)
    }

    @Test func `counts a wrong stop, and a start of what its user had stopped`() async throws {
        let region = Self.region(ManualClock())
        let running = region.add(account: Self.account)
        let rested = region.add(account: Self.account, state: .stopped)
        #expect(try await region.stop([StopOrder(instance: running, epoch: 1)]) == [.accepted])
        #expect(region.counters.wrongStops == 1)
        #expect(try await region.start([rested]) == [.accepted])
        #expect(region.counters.wrongStarts == 1)
    }

    @Test func `answers for each instance`() async throws {
        let region = Self.region(ManualClock())
        let running = region.add(account: Self.account)
        let locked = region.add(account: Self.account, state: .stopped, locks: [.financial, .security])
        let prepaid = region.add(account: Self.account, state: .stopped, isPrepaid: true)
        let suspended = region.addSuspended(account: Self.account, epoch: 1)
        let results = try await region.start([running, locked, prepaid, InstanceID(99), suspended])
        #expect(results == [.alreadyInState, .locked(.security), .wrongPayType, .notFound, .accepted])
    }

    @Test func `refuses calls and instances over its rates`() async throws {
        let clock = ManualClock()
        var limits = RegionLimits.generous
        limits.startRequests = TokenRate(capacity: 2, refillPerSecond: 1)
        limits.startInstances = TokenRate(capacity: 3, refillPerSecond: 1)
        let region = Self.region(clock, limits: limits)
        let ids = (0..<4).map { _ in region.addSuspended(account: Self.account, epoch: 1) }
        #expect(try await region.start(ids) == [.accepted, .accepted, .accepted, .throttled])
        #expect(try await region.start([ids[3]]) == [.throttled])
        await #expect(throws: DriverError.throttled) { try await region.start([ids[3]]) }
        clock.advance(by: 1_000_000_000)
        #expect(try await region.start([ids[3]]) == [.accepted])
    }

    @Test func `a stale read shows what was before the last change`() async throws {
        let clock = ManualClock()
        let region = Self.region(clock)
        let id = region.addSuspended(account: Self.account, epoch: 1)
        region.behaviour.staleRead = 1
        region.behaviour.staleness = 10
        clock.advance(by: 100)
        _ = try await region.start([id])
        #expect(try await region.instances(of: [Self.account]).map(\.state) == [.stopped])
        clock.advance(by: 11)
        #expect(try await region.instances(of: [Self.account]).map(\.state) == [.running])
    }

    @Test func `latencies follow their model`() {
        var generator = SplitMix64(seed: 2)
        let uniform = (0..<1_000).map { _ in LatencyModel.uniform(10...20).sample(using: &generator) }
        #expect(uniform.min() == 10 && uniform.max() == 20)
        let skewed = (0..<10_001).map { _ in
            LatencyModel.logNormal(median: 1_000_000, sigma: 1).sample(using: &generator)
        }.sorted()
        #expect(900_000...1_100_000 ~= skewed[5_000])
        // The 97.7th percentile of a log-normal is e² times its median at sigma 1.
        #expect(6_500_000...8_500_000 ~= skewed[9_772])
    }
}
