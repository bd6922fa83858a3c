import Settlement
import Testing

@testable import SettlementLoad

@Suite struct SearchTests {
    /// Runs a search against something that holds up to `capacity`.
    static func search(
        capacity: Double,
        longCapacity: Double? = nil,
        generator: Double = .infinity,
        from start: Double,
        tries: Int = 40
    ) -> (answer: CapacitySearch.Answer?, probes: [CapacitySearch.Probe]) {
        var search = CapacitySearch(from: start, within: 1...1e6, precision: 0.05, tries: tries)
        var probes: [CapacitySearch.Probe] = []
        while let probe = search.next {
            probes.append(probe)
            let limit = probe.isConfirmation ? longCapacity ?? capacity : capacity
            search.record(probe.rate > generator ? .unmeasurable : probe.rate <= limit ? .holds : .fails)
        }
        return (search.answer, probes)
    }

    @Test(arguments: [3.0, 777, 1_000, 12_345, 999_000], [1.0, 1_000, 500_000])
    func findsAPlantedCapacityWithinFivePercent(_ capacity: Double, _ start: Double) throws {
        let (answer, probes) = Self.search(capacity: capacity, from: start)
        guard case .found(let rate, let failed) = answer else {
            Issue.record("no answer but \(String(describing: answer))")
            return
        }
        #expect(rate <= capacity && capacity < failed)
        #expect(failed <= rate * 1.05 * 1.000001)
        #expect(probes.last == CapacitySearch.Probe(rate: rate, isConfirmation: true))
        #expect(probes.count < 32)
    }

    @Test func whatDoesNotLastIsNoAnswer() {
        let (answer, probes) = Self.search(capacity: 1_000, longCapacity: 800, from: 100)
        guard case .found(let rate, let failed) = answer else {
            Issue.record("no answer but \(String(describing: answer))")
            return
        }
        #expect(rate <= 800 && rate > 700)
        #expect(failed <= rate * 1.051)
        #expect(probes.count { $0.isConfirmation } > 1)
    }

    @Test func saysWhenThereIsNoEdge() {
        #expect(Self.search(capacity: 0, from: 64).answer == .noneHolds(lowest: 1))
        #expect(Self.search(capacity: 1e9, from: 64).answer == .allHold(highest: 1e6))
        #expect(Self.search(capacity: 900, from: 100, tries: 4).answer == .undecided(holds: 800, failed: nil))
        #expect(Self.search(capacity: 900, from: 100, tries: 5).answer == .undecided(holds: 800, failed: 1_600))
    }

    @Test func aRateThatCannotBeOfferedIsNoFailure() throws {
        let (answer, probes) = Self.search(capacity: 1e9, generator: 1_000, from: 100)
        guard case .unmeasurable(let holds?, let limit) = answer else {
            Issue.record("no answer but \(String(describing: answer))")
            return
        }
        #expect(holds <= 1_000 && limit > 1_000 && limit <= holds * 1.051)
        #expect(probes.last == CapacitySearch.Probe(rate: holds, isConfirmation: true))
        #expect(Self.search(capacity: 1e9, generator: 0, from: 64).answer == .unmeasurable(holds: nil, at: 1))
        // What the generator cannot offer at first does not hide an edge below.
        guard case .found(let rate, let failed) = Self.search(capacity: 900, generator: 1_000, from: 800).answer else {
            Issue.record("the edge was not found")
            return
        }
        #expect(rate <= 900 && failed > 900)
    }

    @Test func theHighestRateIsConfirmedToo() {
        let (answer, probes) = Self.search(capacity: 1e9, from: 64)
        #expect(answer == .allHold(highest: 1e6))
        #expect(probes.last == CapacitySearch.Probe(rate: 1e6, isConfirmation: true))
        #expect(Self.search(capacity: 1e9, longCapacity: 0, from: 1e6).answer == .noneHolds(lowest: 1))
    }

    /// Ten accounts are suspended and pay before the stage that counts begins: nobody is left to be started in it.
    @Test func anExhaustedPopulationIsNoFailure() async throws {
        let profile = try LoadProfile(
            yaml: """
                version: 1
                name: exhausted
                population: {accounts: 10, regions: 1, suspended: 100%, userStopped: 0%}
                stages:
                  - {name: warm-up, duration: 1s, exclude: true, recharges: {rate: 2/s, arrivals: even}}
                  - {name: only, duration: 1s, recharges: {rate: 2/s, arrivals: even}}
                thresholds: [recharge_to_start p99 < 1s]
                """,
            file: "exhausted.yaml"
        )
        var search = try #require(RateSearch(profile, arrivals: "recharges"))
        search.stretch = 1
        let finding = try await search.run { try await VirtualTimeTests.run($0) }
        guard case .unmeasurable(let holds?, _) = finding.answer else {
            Issue.record("\(String(describing: finding.answer))")
            return
        }
        #expect(holds < 10)
        #expect(finding.result?.overall.latency[.rechargeToStart] != nil)
    }

    /// Ten recharges a second can be settled, for 20 s, with a queue of ten.
    private static let refusing = """
        version: 1
        name: refusing
        population: {accounts: 50, suspended: 0%, instancesPerAccount: 0}
        pool: {shards: 1, journal: memory, admission: {commands: 10}}
        calibration: {cores: 1, command: 100ms, batch: 0ns}
        stages: [{name: only, duration: 20s, recharges: {rate: 10/s, arrivals: even, accounts: all}}]
        thresholds: [settle max < 1h]
        """

    @Test func whoIsRefusedIsNotServed() async throws {
        let profile = try LoadProfile(yaml: Self.refusing, file: "refusing.yaml")
        let search = try #require(RateSearch(profile, arrivals: "recharges"))
        #expect(search.profile.thresholds.map(\.expression) == ["settle max < 1h", "rejected rate < 1%"])
        let faster = try #require(search.profile.offering(20, of: "recharges"))
        let result = try await VirtualTimeTests.run(faster)
        #expect(try #require(result.thresholds.first).passed, "what is admitted waits a second at most")
        #expect(SearchTrial(.init(rate: 20, isConfirmation: false), result).outcome == .fails)

        var tolerant = profile
        tolerant.thresholds = [try profile.threshold("rejected rate < 60%")]
        #expect(RateSearch(tolerant, arrivals: "recharges")?.profile == tolerant, "who says how many is believed")
    }

    @Test func aRunThatCannotPassAnyMoreEnds() async throws {
        var profile = try LoadProfile(yaml: Self.refusing, file: "refusing.yaml")
        profile = try #require(profile.offering(20, of: "recharges"))
        var options = RunOptions.virtual
        options.endsWhenLost = true
        for (text, isLost) in [
            ("rejected rate < 1%", true), ("rejected count <= 30", true), ("settle p90 < 500ms", true),
            ("rejected rate < 60%", false), ("settle p99 < 2s", false), ("rejected count > 1", false),
        ] {
            profile.thresholds = [try profile.threshold(text)]
            let result = try await VirtualTimeTests.run(profile, options)
            let threshold = try #require(result.thresholds.first)
            #expect(threshold.passed == !isLost, "\(text): \(threshold.observedText)")
            #expect((result.overall.duration < 15_000_000_000) == isLost, "\(text): \(result.overall.duration)")
            // Of some 400, a tenth may wait for longer: they have come by the fifth second, and no second earlier.
            if text.hasPrefix("settle p90") { #expect(result.overall.duration > 4_000_000_000) }
            #expect(SearchTrial(.init(rate: 20, isConfirmation: false), result).outcome == (isLost ? .fails : .holds))
        }
    }

    @Test func virtualTimeHasACeiling() async throws {
        let profile = try LoadProfile(yaml: Self.refusing, file: "refusing.yaml")
        var search = try #require(RateSearch(profile, arrivals: "recharges"))
        search.limitToVirtualTime()
        #expect(search.highest == 10_000)
        (search.highest, search.stretch) = (4, 1)
        let finding = try await search.run { try await VirtualTimeTests.run($0) }
        #expect(finding.answer == .allHold(highest: 4))
    }

    @Test func variationsCombine() throws {
        let shards = try #require(ProfileVariation("pool.shards=1,2"))
        let journal = try #require(ProfileVariation("pool.journal=file,memory"))
        let combinations = ProfileVariation.combinations([shards, journal]).map { $0.map(\.value) }
        #expect(combinations == [["1", "file"], ["1", "memory"], ["2", "file"], ["2", "memory"]])
        for wrong in ["", "pool.shards", "pool..shards=1", "=1", "pool.shards=", "pool.shards=1,,2", "a b=1"] {
            #expect(ProfileVariation(wrong) == nil)
        }
    }

    @Test func offersAnotherRate() throws {
        let profile = try LoadProfile(
            yaml: """
                version: 1
                name: example
                stages:
                  - {name: one, duration: 1s, recharges: {rate: 10/s}, queries: {rate: 5/s}}
                  - {name: two, duration: 3s, recharges: {rate: 30/s}}
                faults: [{name: disk, kind: slow-disk, latency: 5ms, stage: two, at: 500ms, for: 1s}]
                """,
            file: "example.yaml"
        )
        #expect(profile.offeredRate(of: "recharges") == 25)
        let faster = try #require(profile.offering(100, of: "recharges", stretch: 2))
        #expect(faster.offeredRate(of: "recharges") == 100)
        #expect(faster.offeredRate(of: "queries") == 5)
        #expect(faster.durationNanoseconds == 8_000_000_000)
        #expect(faster.faults.map(\.start) == [2_500_000_000], "half a second into its stage, as before")
        #expect(profile.offering(100, of: "bills") == nil)
        #expect(profile.offering(100, of: "nonsense") == nil)
        #expect(throws: InvalidProfile.self) { try profile.threshold("recharge_to_start p99 <") }
        #expect(try profile.threshold("recharge_to_start p99 < 28ms").bound == 28_000_000)
    }
}
