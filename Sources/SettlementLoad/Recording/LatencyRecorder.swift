public import Settlement
internal import Synchronization

/// The latencies of one lane, or of both.
public typealias LatencyTable = NamedTable<PathStage, LatencySummary>

/// Takes the latencies of a run from any thread into histograms of fixed size.
///
/// There is one histogram for each latency and lane that is being filled, behind its own lock, and one for each
/// stage of the run. Percentiles always come from merged histograms, never from averages. A latency belongs to
/// the stage in which it ends.
public final class LatencyRecorder: PathObserver {
    /// What is recorded of one latency in one lane.
    private struct Series {
        var current = LatencyHistogram()
        var stages: [LatencyHistogram?]

        /// Moves what has been recorded since the last time into the histogram of `stage`.
        mutating func settle(into stage: Int) {
            guard current.count > 0 else { return }
            if stages[stage] == nil {
                stages[stage] = current
            } else {
                stages[stage]?.add(current)
            }
            current.reset()
        }
    }

    /// A lock on the heap, made on first use: most latencies never occur in the bulk lane.
    private final class Cell: Sendable {
        let series = Mutex<Series?>(nil)
    }

    private let cells: [Cell]
    private let stageCount: Int
    private let stage = Atomic<Int>(0)

    /// A recorder for a run of `stageCount` stages; it begins in the first.
    public init(stageCount: Int) {
        precondition(stageCount > 0, "a run has at least one stage")
        self.stageCount = stageCount
        cells = (0..<PathStage.allCases.count * Lane.allCases.count).map { _ in Cell() }
    }

    /// Records `count` equal latencies. O(1); waits only for another thread recording the same latency in the same lane.
    public func observe(_ stage: PathStage, nanoseconds: Int64, count: Int, lane: Lane) {
        cell(stage, lane).series.withLock { series in
            if series == nil { series = Series(stages: Array(repeating: nil, count: stageCount)) }
            series?.current.record(nanoseconds, count: count)
        }
    }

    /// Records many latencies under one lock.
    public func observe(_ stage: PathStage, nanoseconds: [Int64], lane: Lane) {
        guard !nanoseconds.isEmpty else { return }
        cell(stage, lane).series.withLock { series in
            if series == nil { series = Series(stages: Array(repeating: nil, count: stageCount)) }
            for value in nanoseconds { series?.current.record(value) }
        }
    }

    /// What comes from now on belongs to stage number `index`.
    ///
    /// - Precondition: `index` is a stage and none that is over.
    public func enterStage(_ index: Int) {
        let before = stage.exchange(index, ordering: .acquiringAndReleasing)
        precondition((before..<stageCount).contains(index), "stage \(index) cannot follow stage \(before)")
        for cell in cells { cell.series.withLock { $0?.settle(into: before) } }
    }

    /// The latencies recorded in `lane` since the last call or the beginning of the stage: one tick of a time series.
    ///
    /// Call it for each lane once a second.
    public func takeInterval(_ lane: Lane) -> LatencyTable {
        table { name in
            cell(name, lane).series.withLock { series in
                defer { series?.settle(into: stage.load(ordering: .acquiring)) }
                return series?.current.summary
            }
        }
    }

    /// The latencies of `lane` in the given stages together.
    ///
    /// - Complexity: O(latencies × stages × buckets): for the end of a run.
    public func summary(_ lane: Lane, stages: some Sequence<Int>) -> LatencyTable {
        let stages = Array(stages)
        return table { name in
            cell(name, lane).series.withLock { series in
                series?.settle(into: stage.load(ordering: .acquiring))
                var merged: LatencyHistogram?
                for part in stages.compactMap({ series?.stages[$0] }) {
                    if merged == nil { merged = part } else { merged?.add(part) }
                }
                return merged?.summary
            }
        }
    }

    private func table(_ summary: (PathStage) -> LatencySummary?) -> LatencyTable {
        var table = LatencyTable()
        for name in PathStage.allCases { table[name] = summary(name) }
        return table
    }

    private func cell(_ stage: PathStage, _ lane: Lane) -> Cell {
        cells[stage.index * Lane.allCases.count + lane.index]
    }
}
