public import Settlement
internal import Synchronization

/// The latencies of one lane, or of both.
public typealias LatencyTable = NamedTable<PathStage, LatencySummary>

/// Takes the latencies of a run from any thread into histograms of fixed size.
///
/// There is one cell for each latency and lane, behind its own lock: a histogram of three digits for each stage of the
/// run, and one of two digits for the tick of the time series that is being filled. Percentiles always come from
/// merged histograms, never from averages. A latency that counts from the intended time of an arrival belongs to the
/// stage of the arrival, any other to the stage in which it ends; all belong to the tick in which they end.
public final class LatencyRecorder: PathObserver {
    /// What is recorded of one latency in one lane.
    private struct Series {
        var stages: [LatencyHistogram?]
        var tick = OpenLatencyCounts()

        mutating func record(_ nanoseconds: Int64, count: Int, stage: Int) {
            if stages[stage] == nil { stages[stage] = LatencyHistogram() }
            stages[stage]?.record(nanoseconds, count: count)
            tick.record(nanoseconds, count: count)
        }

        func merged(_ wanted: [Int]) -> LatencyHistogram? {
            var merged: LatencyHistogram?
            for part in wanted.compactMap({ stages[$0] }) {
                if merged == nil { merged = part } else { merged?.add(part) }
            }
            return merged
        }
    }

    /// A lock on the heap, made on first use: most latencies never occur in the bulk lane.
    private final class Cell: Sendable {
        let series = Mutex<Series?>(nil)
    }

    private let cells: [Cell]
    let stageCount: Int
    private let stage = Atomic<Int>(0)
    /// When the stages are; `nil`: not known, so that all that counts is when a latency ends.
    private let course = Mutex<(clock: any SettlementClock, stages: StageTimes)?>(nil)

    /// A recorder for a run of `stageCount` stages; it begins in the first.
    public init(stageCount: Int) {
        precondition(stageCount > 0, "a run has at least one stage")
        self.stageCount = stageCount
        cells = (0..<PathStage.allCases.count * Lane.allCases.count).map { _ in Cell() }
    }

    /// Records `count` equal latencies. O(1); waits only for another thread recording the same latency in the same lane.
    public func observe(_ stage: PathStage, nanoseconds: Int64, count: Int, lane: Lane) {
        let runStage = runStage(of: stage, nanoseconds: nanoseconds)
        cell(stage, lane).series.withLock { series in
            if series == nil { series = Series(stages: Array(repeating: nil, count: stageCount)) }
            series?.record(nanoseconds, count: count, stage: runStage)
        }
    }

    /// Records many latencies under one lock.
    public func observe(_ stage: PathStage, nanoseconds: [Int64], lane: Lane) {
        observe(stage, nanoseconds: nanoseconds, lane: lane, runStage: self.stage.load(ordering: .relaxed))
    }

    /// Records latencies of arrivals that were due in stage number `runStage`.
    func observe(_ stage: PathStage, nanoseconds: [Int64], lane: Lane, runStage: Int) {
        guard !nanoseconds.isEmpty else { return }
        cell(stage, lane).series.withLock { series in
            if series == nil { series = Series(stages: Array(repeating: nil, count: stageCount)) }
            for value in nanoseconds { series?.record(value, count: 1, stage: runStage) }
        }
    }

    /// The stage to which a latency belongs that ends now.
    private func runStage(of stage: PathStage, nanoseconds: Int64) -> Int {
        let current = self.stage.load(ordering: .relaxed)
        guard stage == .rechargeToStart || stage == .rechargeToRunning else { return current }
        return course.withLock { course in
            guard let (clock, stages) = course else { return current }
            return stages.stage(dueAt: clock.monotonicNanoseconds - stages.origin - nanoseconds)
        }
    }

    /// Forgets everything: what follows is the run.
    public func restart() {
        for cell in cells { cell.series.withLock { $0 = nil } }
    }

    /// Forgets everything: what follows is the run, whose stages are known.
    func restart(_ stages: StageTimes, on clock: any SettlementClock) {
        course.withLock { $0 = (clock, stages) }
        restart()
    }

    /// What comes from now on belongs to stage number `index`.
    ///
    /// - Precondition: `index` is a stage and none that is over.
    public func enterStage(_ index: Int) {
        let before = stage.exchange(index, ordering: .relaxed)
        precondition((before..<stageCount).contains(index), "stage \(index) cannot follow stage \(before)")
    }

    /// The latencies recorded in `lane` since the last call: one tick of a time series. Call it for each lane.
    public func takeTick(_ lane: Lane) -> LatencyCountsTable {
        table { name in
            cell(name, lane).series.withLock { series in
                let taken = series?.tick.take()
                return taken?.isEmpty == false ? taken : nil
            }
        }
    }

    /// The latencies of `lane` in the given stages together.
    ///
    /// - Complexity: O(latencies × stages × buckets): for the end of a run.
    public func summary(_ lane: Lane, stages: some Sequence<Int>) -> LatencyTable {
        let stages = Array(stages)
        return table { name in cell(name, lane).series.withLock { $0?.merged(stages)?.summary } }
    }

    /// How many of one latency of `lane` in the given stages, each rounded up by at most 0.1 %, are as `isMeant` says.
    func count(_ name: PathStage, _ lane: Lane, stages: [Int], where isMeant: (Int64) -> Bool) -> Int64 {
        cell(name, lane).series.withLock { $0?.merged(stages)?.count(where: isMeant) } ?? 0
    }

    /// The distributions of `lane` in the given stages together; the same complexity as ``summary(_:stages:)``.
    public func curves(_ lane: Lane, stages: some Sequence<Int>) -> CurveTable {
        let stages = Array(stages)
        return table { name in cell(name, lane).series.withLock { $0?.merged(stages)?.curve } }
    }

    private func table<Value>(_ value: (PathStage) -> Value?) -> NamedTable<PathStage, Value> {
        var table = NamedTable<PathStage, Value>()
        for name in PathStage.allCases { table[name] = value(name) }
        return table
    }

    private func cell(_ stage: PathStage, _ lane: Lane) -> Cell {
        cells[stage.index * Lane.allCases.count + lane.index]
    }
}
