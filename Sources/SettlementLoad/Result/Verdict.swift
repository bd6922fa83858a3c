internal import Settlement

/// Whether the numbers of a run can be trusted.
public enum Verdict: String, Sendable, Hashable, CaseIterable, Codable {
    /// They say how the pool behaves under the profile's load.
    case valid
    /// The load generator could not keep up: the pool was given less, or later, than the profile says.
    case generatorBound = "generator-bound"
    /// The run ended early, or arrivals were never answered.
    case incomplete
}

/// How far a load generator may fall behind before its numbers say more about itself than about the pool.
public struct GeneratorLimits: Sendable, Hashable {
    /// Part of the arrivals that must have been handed over in their stage.
    public var submitted = Share(partsPerBillion: 990_000_000)
    /// The latest that 99 % of the arrivals may be handed over, in nanoseconds.
    public var scheduleLag: Int64 = 50_000_000
    /// 99 % within 50 ms.
    public init() {}
}

extension Verdict {
    /// Judges a run by its stages that count.
    ///
    /// - Returns: the verdict, and its reason unless it is valid.
    static func judge(
        _ stages: [StageResult],
        interruption: String?,
        limits: GeneratorLimits
    ) -> (verdict: Verdict, reason: String) {
        if let interruption { return (.incomplete, interruption) }
        let counted = stages.filter { !$0.isExcluded }
        for stage in counted {
            let part = stage.part
            if Int128(part.submitted) * 1_000_000_000 < Int128(part.offered) * Int128(limits.submitted.partsPerBillion)
            {
                let submitted = "\(Display.count(part.submitted)) of \(Display.count(part.offered)) arrivals"
                return (.generatorBound, "in stage \(stage.name) only \(submitted) were handed over in time")
            }
            if let lag = part.latency[.scheduleLag]?.p99, lag > limits.scheduleLag {
                return (
                    .generatorBound,
                    "in stage \(stage.name) the generator was \(Display.duration(lag)) late at p99, "
                        + "more than \(Display.duration(limits.scheduleLag))"
                )
            }
        }
        let unanswered = stages.reduce(0) { $0 + $1.part.submitted - $1.part.answered }
        if unanswered > 0 { return (.incomplete, "\(Display.count(unanswered)) arrivals were never answered") }
        return (.valid, "")
    }
}
