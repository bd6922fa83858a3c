internal import Synchronization

/// Counts what happens in each stage, from any thread.
///
/// An arrival belongs to the stage in which it was meant to arrive; everything else, and its answer, to the stage in which
/// it happens.
final class RunTally: Sendable {
    /// What is counted in one stage.
    struct Counts: Sendable {
        var offered: Int64 = 0
        /// Handed over in time.
        var submitted: Int64 = 0
        /// Settled while the stage was on, whenever it was due.
        var answered: Int64 = 0
        var totals = TotalTable()

        init() {
            for name in TotalName.allCases { totals[name] = 0 }
        }

        mutating func add(_ count: Int64, to name: TotalName) { totals[name, default: 0] += count }
    }

    private struct State {
        var stages: [Counts]
        var current = 0
        /// Settled since the last stage ended.
        var answeredLater: Int64 = 0
        /// Handed over and not answered yet.
        var waiting: Int64 = 0
    }

    private let state: Mutex<State>

    init(stageCount: Int) {
        state = Mutex(State(stages: Array(repeating: Counts(), count: stageCount)))
    }

    var stages: [Counts] { state.withLock { $0.stages } }
    var currentStage: Int { state.withLock { $0.current } }

    /// Arrivals that were handed over and have no answer yet.
    var waiting: Int64 { state.withLock { $0.waiting } }
    /// Arrivals settled so far.
    var answered: Int64 { state.withLock { $0.stages.reduce($0.answeredLater) { $0 + $1.answered } } }

    /// Arrivals of a stage are handed over, so many of them in time.
    func submit(_ count: Int, inTime: Int, stage: Int) {
        state.withLock { state in
            state.waiting += Int64(count)
            state.stages[stage].submitted += Int64(inTime)
        }
    }

    /// Arrivals are answered, so many of them neither refused for overload nor failed; `nil`: the last stage is over.
    func answer(_ count: Int, settled: Int, stage: Int?) {
        state.withLock { state in
            state.waiting -= Int64(count)
            if let stage {
                state.stages[stage].answered += Int64(settled)
            } else {
                state.answeredLater += Int64(settled)
            }
        }
    }

    func enterStage(_ index: Int) { state.withLock { $0.current = index } }

    /// Counts in the stage that is on.
    func count(_ count: Int64, of name: TotalName) {
        guard count > 0 else { return }
        state.withLock { $0.stages[$0.current].add(count, to: name) }
    }

    /// Changes the counts of one stage.
    func update(stage: Int, _ body: (inout Counts) -> Void) {
        state.withLock { body(&$0.stages[stage]) }
    }
}

/// A value behind a lock that several owners share.
final class Shared<Value: Sendable>: Sendable {
    private let value: Mutex<Value>

    init(_ value: Value) { self.value = Mutex(value) }

    func withLock<Result: Sendable>(_ body: (inout Value) -> Result) -> Result { value.withLock { body(&$0) } }
}

extension NamedTable {
    subscript(name: Name, default value: Value) -> Value {
        get { self[name] ?? value }
        set { self[name] = newValue }
    }
}
