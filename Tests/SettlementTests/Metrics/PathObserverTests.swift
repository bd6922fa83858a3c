import CoreMetrics
import MetricsTestKit
import Settlement
import Testing

@Suite struct PathObserverTests {
    @Test func `every stage is a timer of its name with its lane`() throws {
        let metrics = TestMetrics()
        let observer = MetricsPathObserver(factory: metrics)
        for (index, stage) in PathStage.allCases.enumerated() {
            observer.observe(stage, nanoseconds: Int64(index + 1), count: 5, lane: .bulk)
        }
        for (index, stage) in PathStage.allCases.enumerated() {
            let timer = try metrics.expectTimer("settlement.\(stage.rawValue)", [("lane", "bulk")])
            #expect(timer.values == [Int64(index + 1)])
            #expect(timer.displayUnit == .seconds)
            #expect(try metrics.expectTimer("settlement.\(stage.rawValue)", [("lane", "interactive")]).values == [])
        }
        #expect(PathStage.rechargeToRunning.rawValue == "recharge_to_running")
    }
}
