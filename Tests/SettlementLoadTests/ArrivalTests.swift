import SettlementLedger
import Testing

@testable import SettlementLoad

@Suite struct ArrivalTests {
    static func all(_ profile: LoadProfile) -> [Arrival] {
        var schedule = ArrivalSchedule(profile, population: Population(profile))
        var arrivals: [Arrival] = []
        while let arrival = schedule.next() { arrivals.append(arrival) }
        return arrivals
    }

    @Test func stayInOrderAndInTheirStage() throws {
        let arrivals = Self.all(try PopulationTests.profile())
        #expect(zip(arrivals, arrivals.dropFirst()).allSatisfy { $0.time <= $1.time })
        #expect(
            arrivals.filter { $0.kind == .writeOff }.allSatisfy { (2_000_000_000..<5_000_000_000).contains($0.time) }
        )
        #expect(arrivals.filter { $0.kind == .bill }.allSatisfy { (5_000_000_000..<7_000_000_000).contains($0.time) })
        for kind in ArrivalKind.allCases {
            let numbers = arrivals.filter { $0.kind == kind }.map(\.number)
            #expect(numbers == Array(0..<UInt64(numbers.count)))
        }
    }

    @Test func exactAndEvenLoadsComeToTheirNumber() throws {
        let arrivals = Self.all(try PopulationTests.profile())
        let peak = arrivals.filter { (2_000_000_000..<5_000_000_000).contains($0.time) && $0.kind == .recharge }
        #expect(peak.count == 300)
        let queries = arrivals.filter { $0.kind == .query }.map(\.time)
        #expect(queries == (0..<14).map { $0 * 1_000_000_000 / 7 })
    }

    @Test func poissonLoadsVaryAroundTheirRate() throws {
        let times = Self.times(ArrivalLoad(rate: Rate(perSecond: 1_000), pattern: .poisson), duration: 100_000_000_000)
        #expect((99_000...101_000).contains(times.count))
        // In a Poisson process the number in a window has a variance equal to its mean.
        var windows = [Int](repeating: 0, count: 1_000)
        for time in times { windows[Int(time / 100_000_000)] += 1 }
        let mean = Double(times.count) / 1_000
        let variance = windows.reduce(0) { $0 + (Double($1) - mean) * (Double($1) - mean) } / 999
        #expect((0.85...1.15).contains(variance / mean))
    }

    @Test func exactLoadsAreSpreadOverTheWholeStage() {
        let times = Self.times(ArrivalLoad(rate: Rate(perSecond: 1_000), pattern: .exact), duration: 10_000_000_000)
        #expect(times.count == 10_000)
        for tenth in 0..<10 {
            let count = times.count { $0 / 1_000_000_000 == tenth }
            #expect((900...1_100).contains(count))
        }
    }

    @Test func everySuspendedAccountPaysOnceBeforeAnyPaysAgain() throws {
        let profile = try PopulationTests.profile { $0.stages.removeLast() }
        let payers = Self.all(profile).filter { $0.kind == .recharge }.map(\.account)
        #expect(payers.count < 600)
        #expect(Set(payers).count == payers.count)
        #expect(Set(payers).isSubset(of: Population(profile).suspendedAccounts))
        #expect(payers != payers.sorted())
    }

    @Test func rechargesClearOrPayWhatTheProfileSays() throws {
        let profile = try PopulationTests.profile()
        let population = Population(profile)
        var chunk = PopulationChunk()
        for recharge in Self.all(profile) where recharge.kind == .recharge {
            population.fill(&chunk, with: CollectionOfOne(Int(recharge.account)))
            let expected = recharge.time < 5_000_000_000 ? chunk.accounts[0].clearingAmount : Amount(minorUnits: 500)
            #expect(recharge.amount == expected)
        }
    }

    @Test func takesInBatchesWhatItGivesOneByOne() throws {
        let profile = try PopulationTests.profile()
        var schedule = ArrivalSchedule(profile, population: Population(profile))
        var batched: [Arrival] = []
        for tick in 1...7_000 {
            schedule.take(before: Int64(tick) * 1_000_000, limit: 2, into: &batched)
        }
        schedule.take(before: .max, limit: .max, into: &batched)
        #expect(batched == Self.all(profile))
        #expect(schedule.nextTime == nil)
    }

    /// The digest covers every account, bill, instance and arrival: if it changes, old results cannot be compared.
    @Test func planIsTheSameOnEveryMachine() throws {
        let profile = try PopulationTests.profile()
        let plan = LoadPlan(profile, population: Population(profile))
        #expect(plan.arrivalsDigest.description == "ad62dfcbd201191a")
        #expect(plan.stages.map { $0.count(of: .recharge) } == [176, 300, 21])
        #expect(plan.text.contains("3,000 accounts, 600 suspended"))
        #expect(plan.text.hasSuffix("arrivals digest ad62dfcbd201191a\n"))
        var other = profile
        other.seed = 12
        #expect(LoadPlan(other, population: Population(other)).arrivalsDigest != plan.arrivalsDigest)
    }

    private static func times(_ load: ArrivalLoad, duration: Int64) -> [Int64] {
        var times = ArrivalTimes(load.timing, duration: duration)
        var random = RandomStream(seed: 5, purpose: .queries)
        var result: [Int64] = []
        while let time = times.next(&random) { result.append(time) }
        return result
    }
}
