import Foundation
import Logging
import Settlement
import Testing

@testable import SettlementLoad

/// Whole runs: in virtual time, so that they are the same everywhere, and one in real time on a real journal.
@Suite struct LoadRunTests {
    private static func profile(_ yaml: String) throws -> LoadProfile {
        try LoadProfile(yaml: yaml, file: "run.yaml") { _ in true }
    }

    @Test func aThresholdThatDoesNotHoldEndsTheRunWithAReport() async throws {
        let result = try await VirtualTimeTests.run(
            yaml: """
                version: 1
                name: aborted
                population: {accounts: 200, suspended: 0%, instancesPerAccount: 0}
                stages:
                  - {name: fine, duration: 5s, recharges: {rate: 100/s, accounts: all}}
                  - {name: slow, duration: 10m, recharges: {rate: 100/s, accounts: all}}
                faults: [{name: disk, kind: slow-disk, latency: 80ms, stage: slow, at: 3s, for: 5m}]
                thresholds:
                  - {condition: settle p99 < 50ms @slow, abortOnFail: true, delay: 1s}
                  - recharges count > 100
                """
        )
        #expect(!result.passed && result.verdict == .valid && result.audit.conserved)
        let ran = try #require(result.series.samples.last.map { $0.start + $0.duration })
        #expect(8_000_000_000..<12_000_000_000 ~= ran, "it ends when the fault of the eighth second is seen")
        #expect(ran - result.overall.duration < 1_000_000_000, "rates are of what ran")
        #expect(80..<120 ~= result.overall.rates.offered && 80..<120 ~= result.overall.rates.achieved)
        #expect(result.notes.contains { $0.hasPrefix("Ended early: settle p99 < 50ms @slow") })
        #expect(result.thresholds.map(\.passed) == [false, true])
        #expect(result.faults.first?.recovered == nil, "nobody has seen its end")
    }

    @Test func aRegionThatWasOutStartsEverythingOnceItIsBack() async throws {
        let result = try await VirtualTimeTests.run(
            yaml: """
                version: 1
                name: outage
                population: {accounts: 400, regions: [near, far], suspended: 100%, userStopped: 0%}
                stages:
                  - {name: before, duration: 2s, recharges: {rate: 10/s, arrivals: exact}}
                  - {name: out, duration: 4s, recharges: {rate: 20/s, arrivals: exact}}
                  - {name: after, duration: 10s}
                faults: [{name: down, kind: region-outage, region: far, stage: out, at: 0s, for: 4s}]
                thresholds:
                  - recharges count == 100
                  - instancesStarted count == 100
                  - untimedStarts count == 0
                  - recharge_to_start max > 1s @out
                  - recovery max < 20s @down
                """
        )
        let passed = result.passed
        #expect(passed, "\(result.text)")
        #expect(result.overall.latency[.rechargeToStart]?.count == 100)
    }

    /// One start a second, and more than the hour for which a run in virtual time waits.
    @Test func missingStartsAreTold() async throws {
        let result = try await VirtualTimeTests.run(
            yaml: """
                version: 1
                name: missing
                population: {accounts: 4000, regions: 1, suspended: 100%, userStopped: 0%}
                regions: {default: {instanceBucket: {capacity: 1, refill: 1/s}}}
                stages: [{name: only, duration: 1s, recharges: {count: 4000}}]
                thresholds: [recharges count == 4000, failed count == 0]
                """
        )
        #expect(result.verdict == .incomplete)
        #expect(result.verdictReason.contains("starts were still under way"), "\(result.verdictReason)")
    }

    /// Calls of two seconds and starts of three, in a run of one.
    @Test func startsAreWaitedForUntilTheyRun() async throws {
        let result = try await VirtualTimeTests.run(
            yaml: """
                version: 1
                name: slow-cloud
                population: {accounts: 40, regions: 2, suspended: 100%, userStopped: 0%}
                regions: {default: {startLatency: 2s, runningAfter: 3s}}
                stages: [{name: only, duration: 1s, recharges: {count: 20}}]
                thresholds: [recharges count == 20, instancesStarted count == 20]
                """
        )
        let passed = result.passed
        #expect(passed, "\(result.text)")
        #expect(result.overall.latency[.rechargeToRunning]?.count == 20)
    }

    @Test func startsThatAreGivenUpAreTold() async throws {
        let result = try await VirtualTimeTests.run(
            yaml: """
                version: 1
                name: no-stock
                population: {accounts: 10, regions: 1, suspended: 100%, userStopped: 0%}
                regions: {default: {noStock: 100%}}
                stages: [{name: only, duration: 1s, recharges: {count: 5}}]
                """
        )
        #expect(result.notes.contains("5 starts were given up: no latency has them."), "\(result.text)")
    }

    /// Ten accounts are suspended; thirty recharges go round.
    @Test func rechargesThatStartNothingAreTold() async throws {
        let result = try await VirtualTimeTests.run(
            yaml: """
                version: 1
                name: exhausted
                population: {accounts: 10, suspended: 100%, userStopped: 0%}
                stages: [{name: only, duration: 1s, recharges: {count: 30}}]
                """
        )
        #expect(
            result.notes.contains { $0.hasPrefix("Only 10 accounts were suspended: 20 recharges") },
            "\(result.notes)"
        )
    }

    @Test func aRealRunOnARealJournalSeesItsFaultRecover() async throws {
        let profile = try Self.profile(
            """
            version: 1
            name: real
            population: {accounts: 100, regions: 1, suspended: 50%, userStopped: 0%}
            pool: {shards: 2}
            regions: {default: {startLatency: 1ms, runningAfter: 20ms}}
            stages:
              - {name: slow, duration: 1s, recharges: {rate: 40/s, arrivals: exact}}
              - {name: after, duration: 500ms, monthEnd: close}
            faults:
              - {name: sick, kind: slow-shard, factor: 2, latency: 2ms, stage: slow, at: 200ms, for: 500ms}
            thresholds: [recharges count == 40, instancesStarted count == 40, failed count == 0]
            """
        )
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let result = try await LoadRun(profile, logger: logger).run()
        #expect(result.audit.conserved && result.thresholds.allSatisfy(\.passed), "\(result.text)")
        #expect(result.faults.first?.recovered != nil)
        #expect(result.monthEnd?.accounts == 100)
    }

    @Test func aFinishedRunIsNotRunAgain() throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "settlement-run-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        let profile = try Self.profile("{version: 1, name: again, stages: [{name: one, duration: 1s}]}")
        try RunDirectory(path, profile: profile).reach(.populated)
        let resumed = try RunDirectory(path, profile: profile)
        #expect(resumed.isResumed)
        try resumed.reach(.finished)
        #expect(throws: RunError.self) { try RunDirectory(path, profile: profile) }
    }

    @Test func whatIsComparedHasAJournalOfItsOwn() async throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "settlement-run-\(UUID().uuidString)").path
        let profile = try Self.profile(
            """
            version: 1
            name: own
            population: {accounts: 10, instancesPerAccount: 0}
            pool: {shards: 1, directory: "\(path)"}
            stages: [{name: one, duration: 100ms, recharges: {rate: 50/s, accounts: all}}]
            """
        )
        var options = RunOptions()
        options.keepsJournalTemporary = true
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let result = try await LoadRun(profile, options: options, logger: logger).run()
        #expect(result.audit.conserved)
        #expect(!FileManager.default.fileExists(atPath: path))
    }

    @Test func journalsOfProcessesThatAreNoMoreAreRemoved() throws {
        let files = FileManager.default
        let ours = TemporaryJournals.newPath()
        // No process has this number: it is beyond what the kernel gives.
        let dead = files.temporaryDirectory.appending(path: "settle-2147483646-\(UUID().uuidString)").path
        for path in [ours, dead] { try files.createDirectory(atPath: path, withIntermediateDirectories: true) }
        defer { try? files.removeItem(atPath: ours) }
        TemporaryJournals.removeAbandoned()
        #expect(files.fileExists(atPath: ours) && !files.fileExists(atPath: dead))
    }
}
