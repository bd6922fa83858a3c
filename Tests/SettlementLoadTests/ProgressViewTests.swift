import Settlement
import Testing

@testable import SettlementLoad

@Suite struct ProgressViewTests {
    static var progress: RunProgress {
        var progress = RunProgress(
            stage: "peak",
            stageIndex: 1,
            stageCount: 3,
            elapsed: 15_000_000_000,
            total: 30_000_000_000,
            stageRemaining: 5_000_000_000
        )
        (progress.offered, progress.achieved, progress.writeOffs) = (1_000, 998, 312_000)
        progress.monthEnd = RunProgress.Part(done: 31, all: 49)
        progress.latency = RunResultTests.latencies(1_000)
        progress.queueDepths = [3, 0, 12, 1]
        progress.rejected = 2
        progress.notices = ["one", "two", "three", "a notice that is much too long for the width of this terminal"]
        return progress
    }

    @Test func drawsWhatAPersonWatches() {
        #expect(
            ProgressView(width: 58, usesColor: false).lines(Self.progress) == [
                "peak (2/3), 5.00 s left · 15.0 s of 30.0 s",
                "[" + String(repeating: "█", count: 28) + String(repeating: "·", count: 28) + "]",
                "offered 1.00k/s, achieved 998/s, write-offs 312k/s",
                "month end 63.3 %, 31 of 49",
                "                         p50      p99      max",
                "schedule_lag          500 µs   990 µs  1.00 ms",
                "queue_wait           1.00 ms  1.98 ms  2.00 ms",
                "settle               2.50 ms  4.95 ms  5.00 ms",
                "recharge_to_start    4.50 ms  8.91 ms  9.00 ms",
                "recharge_to_running  5.00 ms  9.90 ms  10.0 ms",
                "queued in shards  3 0 12 1",
                "rejected 2",
                "two",
                "three",
                "a notice that is much too long for the width of this term…",
            ]
        )
    }

    @Test func fitsAPhone() {
        let lines = ProgressView(width: 40, usesColor: false).lines(Self.progress)
        #expect(lines.allSatisfy { $0.count <= 40 })
        #expect(
            Array(lines.prefix(7)) == [
                "peak (2/3), 5.00 s left",
                "15.0 s of 30.0 s",
                "[" + String(repeating: "█", count: 19) + String(repeating: "·", count: 19) + "]",
                "offered 1.00k/s, achieved 998/s",
                "write-offs 312k/s",
                "month end 63.3 %, 31 of 49",
                "                         p99      max",
            ]
        )
    }

    @Test func isOneLineForALog() {
        let line = ProgressView(width: 20, usesColor: false).line(Self.progress)
        #expect(
            line == "15.0 s peak · offered 1.00k/s, achieved 998/s, write-offs 312k/s · month end 63.3 % · "
                + "schedule_lag p50/p99/max 500 µs/990 µs/1.00 ms · queue_wait p50/p99/max 1.00 ms/1.98 ms/2.00 ms · "
                + "settle p50/p99/max 2.50 ms/4.95 ms/5.00 ms · recharge_to_start p50/p99/max 4.50 ms/8.91 ms/9.00 ms · "
                + "recharge_to_running p50/p99/max 5.00 ms/9.90 ms/10.0 ms · queued in shards 16 · rejected 2"
        )
    }

    @Test func colourIsOnlyAdded() {
        let plain = ProgressView(width: 58, usesColor: false).lines(Self.progress)
        let coloured = ProgressView(width: 58, usesColor: true).lines(Self.progress)
        #expect(coloured[0] == "\u{1B}[1m\(plain[0])\u{1B}[0m")
        #expect(coloured[11] == "\u{1B}[33mrejected 2\u{1B}[0m")
        #expect(coloured[2] == plain[2])
    }

    @Test func obeysTheEnvironment() {
        #expect(!ProgressView(width: 80, environment: ["NO_COLOR": "1", "TERM": "xterm"]).usesColor)
        #expect(!ProgressView(width: 80, environment: ["TERM": "dumb"]).usesColor)
        #expect(ProgressView(width: 80, environment: ["NO_COLOR": ""]).usesColor)
    }

    @Test func redrawsOverTheLinesBefore() {
        let view = ProgressView(width: 58, usesColor: false)
        let first = view.redraw(Self.progress, previous: 0)
        #expect(first.lines == 15)
        #expect(first.text.hasPrefix("\r\u{1B}[Jpeak"))
        #expect(view.redraw(Self.progress, previous: first.lines).text.hasPrefix("\r\u{1B}[15A\u{1B}[J"))
        // What scrolls out at the top cannot be drawn over.
        var low = view
        low.height = 10
        #expect(low.redraw(Self.progress, previous: 0).lines == 9)
    }

    @Test func loadingShowsNoRates() {
        let view = ProgressView(width: 58, usesColor: false)
        #expect(view.line(.loading(5, of: 20)) == "loading accounts · 5 of 20 accounts loaded")
        #expect(view.lines(.loading(5, of: 20)) == ["loading accounts · 5 of 20 accounts loaded"])
    }

    @Test func regionsAreNamedTheDeepestFirst() {
        var progress = Self.progress
        progress.regions = ["a", "b", "c"]
        progress.regionDepths = [3, 0, 40]
        #expect(ProgressView(width: 58, usesColor: false).lines(progress).contains("queued in regions c 40, a 3"))
    }

    @Test func noticesTellEachThingOnce() {
        var notices = RunNotices(limits: GeneratorLimits())
        var progress = Self.progress
        for _ in 0..<3 { notices.look(at: progress, monthEnd: nil) }
        #expect(
            notices.latest == ["15.0 s: stage peak began", "15.0 s: a shard is overloaded and turns requests away"]
        )
        progress.latency = RunResultTests.latencies(60_000)
        notices.look(at: progress, monthEnd: nil)
        #expect(notices.latest.last == "15.0 s: the generator is 59.4 ms late at p99")
    }
}
