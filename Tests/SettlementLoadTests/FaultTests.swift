import Settlement
import SettlementLedger
import Testing

@testable import SettlementLoad

@Suite struct FaultTests {
    private static let second: Int64 = 1_000_000_000

    private static let sound = """
        version: 1
        name: faults
        population: {accounts: 100, regions: [cn-hangzhou, eu-central-1]}
        pool: {shards: 2}
        stages:
          - {name: before, duration: 4s}
          - {name: during, duration: 6s}
        faults:
          - {name: out, kind: region-outage, region: cn-hangzhou, stage: during, at: 1s, for: 2s}
          - {name: disk, kind: slow-disk, latency: 20ms, at: 1s, for: 1s}
          - {name: lost, kind: dropped-notifications, share: 50%, at: 0s, for: 10s}
        thresholds:
          - recovery max < 5s @out
          - {condition: rejected rate < 1%, abortOnFail: true, delay: 2s}
        """

    private static func load(_ yaml: String) throws(InvalidProfile) -> LoadProfile {
        try LoadProfile(yaml: yaml, file: "f.yaml")
    }

    @Test func timesCountFromTheStageOrTheRun() throws {
        let profile = try Self.load(Self.sound)
        #expect(profile.faults.map(\.start) == [5 * Self.second, Self.second, 0])
        #expect(profile.faults.map(\.end) == [7 * Self.second, 2 * Self.second, 10 * Self.second])
        #expect(profile.faults[0].region == "cn-hangzhou")
        #expect(profile.faults[1].latency == 20_000_000)
        #expect(profile.faults[2].share == Share(partsPerBillion: 500_000_000))
        #expect(profile.thresholds.map(\.abortDelay) == [nil, 2 * Self.second])
    }

    @Test(arguments: [
        ("kind: slow-disk, latency: 20ms", "kind: slow-disk", "10:5: a slow-disk lacks the key 'latency'"),
        ("kind: slow-disk", "kind: slow-dsik", "10:24: 'slow-dsik' is not known here"),
        ("share: 50%", "share: 50%, rate: 2/s", "11:59: 'rate' means nothing to a dropped-notifications"),
        ("region: cn-hangzhou, stage", "region: cn-hangzou, stage", "9:46: unknown region 'cn-hangzou'"),
        ("stage: during", "stage: durin", "9:66: 'durin' is no stage of this profile"),
        ("for: 10s", "for: 11s", "11:72: the fault outlasts the stages"),
        ("name: disk", "name: out", "10:12: a fault named 'out' exists already"),
        ("for: 2s}", "for: 0s}", "9:87: '0s' is too short"),
        ("slow-disk, latency: 20ms", "slow-shard, shard: 1", "10:5: a slow-shard lacks the key 'latency' or the key"),
        ("slow-disk, latency: 20ms", "slow-shard, factor: 0.9", "10:44: '0.9' is out of range; expected a number from"),
        ("slow-disk, latency: 20ms", "slow-shard, factor: 2, shard: 2", "10:54: there is no shard 2; expected 0 or 1"),
        (
            "slow-disk, latency: 20ms", "throttled-region, rate: 90/min, region: eu-central-1",
            "10:48: '90/min' is no whole"
        ),
        ("@out", "@uot", "13:24: 'uot' is no fault of this profile"),
        ("rejected rate < 1%,", "rejected rat < 1%,", "14:26: 'rat' does not go with rejected"),
        ("rejected rate < 1%,", "recharges count > 5,", "14:17: this can be judged only at the end"),
        ("abortOnFail: true, ", "", "14:37: 'delay' means nothing to a threshold that is judged at the end"),
    ])
    func namesPlaceAndRemedy(_ text: String, _ instead: String, _ beginning: String) throws {
        try #require(Self.sound.contains(text))
        let error = #expect(throws: InvalidProfile.self) { try Self.load(Self.sound.replacing(text, with: instead)) }
        let issues = error?.issues.map(\.description) ?? []
        #expect(issues.first?.hasPrefix("f.yaml:" + beginning) == true, "\(issues)")
    }

    private static func watch(_ gauges: [(Double, Int)], from start: Double, to end: Double) -> RecoveryWatch {
        func nanoseconds(_ seconds: Double) -> Int64 { Int64(seconds * 1e9) }
        var watch = RecoveryWatch(
            FaultProfile(
                name: "f",
                kind: .slowDisk,
                start: nanoseconds(start),
                duration: nanoseconds(end - start)
            )
        )
        for (time, gauge) in gauges { watch.observe(gauge, at: nanoseconds(time)) }
        return watch
    }

    @Test func recoveredIsTheFirstCalmSecond() {
        let before = [(0.0, 3), (0.5, 7), (0.9, 2)]
        // Back at 7 or less from 3.0 on, but at 3.5 it is above once more.
        let after = [(2.0, 90), (2.5, 40), (3.0, 7), (3.5, 8), (4.0, 5), (4.5, 7), (5.0, 1)]
        #expect(Self.watch(before + [(1.5, 99)] + after, from: 1, to: 2).recovered == 4_000_000_000)
        #expect(Self.watch(before + after.dropLast(), from: 1, to: 2).recovered == nil)
        var ended = Self.watch(before + after.dropLast(), from: 1, to: 2)
        ended.finish()
        #expect(ended.recovered == 4_000_000_000, "calm to the end of the run")
        #expect(Self.watch(before + [(2.0, 7), (2.5, 0), (3.1, 0)], from: 1, to: 2).recovered == 2_000_000_000)
    }

    @Test func onlyTheLastSecondsBeforeTheFaultCount() {
        #expect(Self.watch([(0, 100), (6, 1), (8, 50), (9, 1), (10, 1)], from: 7, to: 8).recovered == 9_000_000_000)
        #expect(Self.watch([(0, 100), (3, 60), (8, 50), (9, 1)], from: 7, to: 8).recovered == 8_000_000_000)
    }

    @Test func tokensComeInWholeNumbersASecond() {
        #expect(Rate(millionths: 90_000_000, periodNanoseconds: 60_000_000_000).wholePerSecond == nil)
        #expect(Rate(millionths: 120_000_000, periodNanoseconds: 60_000_000_000).wholePerSecond == 2)
        #expect(Rate(perSecond: 500).wholePerSecond == 500)
        #expect(Rate(millionths: 500_000).wholePerSecond == nil)
    }

    /// Forty payments, with every notification or about half of them delivered twice.
    @Test func notificationsAreRepeatedOneByOne() async throws {
        func notifications(share: String) async throws -> Int64 {
            let result = try await VirtualTimeTests.run(
                yaml: """
                    version: 1
                    name: repeated
                    population: {accounts: 40, regions: 1, suspended: 100%, userStopped: 0%}
                    stages: [{name: only, duration: 2s, recharges: {count: 40}}, {name: rest, duration: 1s}]
                    faults: [{name: twice, kind: duplicated-notifications, share: \(share), at: 0s, for: 3s}]
                    thresholds: [instancesStarted count == 40, failed count == 0]
                    """
            )
            #expect(result.passed, "\(result.text)")
            return result.overall.totals[.notifications] ?? 0
        }
        let once = try await notifications(share: "0%")
        #expect(once >= 40)
        #expect(try await notifications(share: "100%") == 2 * once)
        let half = try await notifications(share: "50%")
        #expect(once + 5 < half && half < 2 * once - 5)
    }

    @Test func boardTellsWhatIsOn() throws {
        let board = FaultBoard(try Self.load(Self.sound).faults)
        #expect(board.has(.slowDisk))
        #expect(!board.has(.slowRegion, .deadSubscriber))
        #expect(board.latency(.slowDisk) == 0)
        board.set(1, isOn: true)
        #expect(board.latency(.slowDisk) == 20_000_000)
        board.set(1, isOn: false)
        #expect(board.active(.slowDisk).isEmpty)
    }

    @Test func slowdownsOfAShardAddUp() throws {
        let yaml = Self.sound.replacing(
            "kind: slow-disk, latency: 20ms",
            with: "kind: slow-shard, shard: 1, factor: 1.1, latency: 20ms"
        ).replacing("kind: dropped-notifications, share: 50%", with: "kind: slow-shard, factor: 3")
        let board = FaultBoard(try Self.load(yaml).faults)
        board.set(1, isOn: true)
        #expect(board.slowdown(ofShard: 0) == ShardSlowdown())
        #expect(board.slowdown(ofShard: 1) == ShardSlowdown(factorThousandths: 1_100, latency: 20_000_000))
        #expect(board.slowdown(ofShard: 1).moreWork(than: 500) == 50)
        board.set(2, isOn: true)
        #expect(board.slowdown(ofShard: 0).factorThousandths == 3_000)
        #expect(board.slowdown(ofShard: 1).factorThousandths == 3_100)
    }

    /// In real time, with a scripted clock: what the shard computes is made longer, and who comes next waits for it.
    @Test func slowedShardIsBusyForLonger() async throws {
        let yaml = Self.sound.replacing("slow-disk, latency: 20ms", with: "slow-shard, factor: 1.5, latency: 20ms")
        let board = FaultBoard(try Self.load(yaml).faults)
        board.set(1, isOn: true)
        let clock = SteppingClock(step: 1_000)
        let service = SlowedService(board, shard: 0, clock: clock)
        await service.begin()
        let done = service.charge(items: 10, lane: .interactive)
        let computed = clock.now
        #expect(done > computed && done - computed <= 20_000_000)
        service.end()
        await service.begin()
        #expect(clock.now >= done)
        service.end()
    }
}

/// Each look at it takes a step; sleeping takes the time that is slept.
private final class SteppingClock: SettlementClock {
    private let time = Shared<Int64>(0)
    private let step: Int64

    init(step: Int64) { self.step = step }

    var now: Int64 { time.withLock { $0 } }
    var wallTime: Timestamp { Timestamp(nanoseconds: now) }

    var monotonicNanoseconds: Int64 {
        time.withLock { time in
            time += step
            return time
        }
    }

    func sleep(untilMonotonic deadline: Int64) async throws(CancellationError) {
        time.withLock { $0 = max($0, deadline) }
    }
}
