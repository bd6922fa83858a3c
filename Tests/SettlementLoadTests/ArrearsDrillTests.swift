import Settlement
import SettlementLoad
import Testing

@Suite struct ArrearsDrillTests {
    private static func drill(_ change: (inout ArrearsDrill) -> Void = { _ in }) throws -> ArrearsDrillReport {
        var drill = ArrearsDrill()
        drill.accounts = 100
        change(&drill)
        return try drill.run()
    }

    @Test func `everything that ran runs again, what matters first`() throws {
        // Two starts a second from the first on: what is not critical has to wait.
        let report = try Self.drill { $0.limits.startInstances = TokenRate(capacity: 2, refillPerSecond: 2) }
        #expect(report.isPassed, "\(report.text)")
        #expect(report.suspension.map(\.name) == ["in arrears", "suspended"])
        #expect(report.restart.map(\.name) == ["paid", "written off", "critical running", "running"])
        #expect(report.restart.map(\.count) == [100, 300, 20, 190])
        #expect(report.criticalWithinTarget == 20 && report.startedAgainstUser == 0)
        let times = report.restart.compactMap(\.nanoseconds)
        #expect(times.count == 4)
        // 190 starts of two regions take 48 s, the 20 critical ones 5 s, and an instance up to 60 s.
        #expect(times[2] < 68_000_000_000 && times[3] > 68_000_000_000)
    }

    @Test func `the same drill gives the same report`() throws {
        #expect(try Self.drill().json == Self.drill().json)
        #expect(try Self.drill().restart != Self.drill { $0.seed = 2 }.restart)
    }

    @Test func `a cloud that is too slow for the target fails the drill`() throws {
        let report = try Self.drill {
            $0.criticalTargetNanoseconds = 30_000_000_000
            $0.criticalPercent = 50
            $0.limits.startInstances = TokenRate(capacity: 1, refillPerSecond: 1)
        }
        #expect(!report.isPassed && report.criticalWithinTarget < 95)
        #expect(report.text.contains("failed: ") && report.text.hasSuffix("verdict: failed\n"), "\(report.text)")
        #expect(report.json.contains(#""passed" : false"#))
    }

    @Test func `what is not running when the window ends has failed`() throws {
        let report = try Self.drill {
            $0.windowNanoseconds = 10_000_000_000
            $0.criticalTargetNanoseconds = 10_000_000_000
        }
        #expect(report.failures.contains("running: 0 of 190 instances"), "\(report.failures)")
        #expect(report.restart.last?.nanoseconds == nil)
    }

    @Test func `a drill that cannot be is told as such`() {
        var drill = ArrearsDrill()
        #expect(drill.problem == nil)
        drill.accounts = 0
        #expect(drill.problem == "accounts: expected 1 to 100000, not 0")
        drill = ArrearsDrill()
        drill.criticalTargetNanoseconds = drill.windowNanoseconds + 1
        #expect(drill.problem?.hasPrefix("target: expected more than 0") == true)
    }
}
