/// When the stages of a run are, in nanoseconds of its monotonic clock.
struct StageTimes: Sendable {
    /// When the run began.
    var origin: Int64
    /// When each stage ends, in nanoseconds after the beginning, ascending.
    var ends: [Int64]

    /// The stage that is on at `time`, in nanoseconds after the beginning; `nil`: all are over.
    func stage(at time: Int64) -> Int? { ends.firstIndex { time < $0 } }

    /// The stage to which an arrival that was due at `time` belongs.
    func stage(dueAt time: Int64) -> Int { stage(at: time) ?? ends.count - 1 }
}

extension StageTimes {
    /// Those of a plan that begins at `origin`.
    init(_ plan: LoadPlan, origin: Int64) { self.init(origin: origin, ends: plan.stages.map(\.end)) }
}
