internal import Settlement

/// Whether the numbers of a run can be trusted.
public enum Verdict: String, Sendable, Hashable, CaseIterable, Codable {
    /// They say how the pool behaves under the profile's load.
    case valid
    /// The load generator could not keep up: the pool was given less, or later, than the profile says.
    case generatorBound = "generator-bound"
    /// The run ended early, arrivals were never answered, or instances never seen running.
    case incomplete
}

/// How far a load generator may fall behind before its numbers say more about itself than about the pool.
public struct GeneratorLimits: Sendable, Hashable {
    /// Part of the arrivals of a stage that must have been handed over in time.
    public var submitted = Share(partsPerBillion: 990_000_000)
    /// How long after it was due an arrival is still handed over in time, in nanoseconds.
    public var scheduleLag: Int64 = 50_000_000
    /// 99 % within 50 ms.
    public init() {}

    /// 99 % within 50 ms, or within half of the tightest bound on a latency that counts from the intended time: beyond that
    /// a threshold would judge the generator rather than the pool.
    public init(_ profile: LoadProfile) {
        for threshold in profile.thresholds {
            guard case .latency(let name, _) = threshold.measure, name.countsFromIntendedTime,
                threshold.comparison == .less || threshold.comparison == .lessOrEqual
            else { continue }
            scheduleLag = min(scheduleLag, Int64(threshold.bound / 2))
        }
    }
}

extension PathStage {
    /// Whether a late generator makes the latency longer.
    fileprivate var countsFromIntendedTime: Bool {
        switch self {
        case .settle, .rechargeToStart, .rechargeToRunning: true
        case .scheduleLag, .queueWait, .service, .commitWait, .notify, .dispatch, .start: false
        }
    }
}

extension Verdict {
    /// Judges a run by its stages that count.
    ///
    /// - Returns: the verdict, and its reason unless it is valid.
    static func judge(
        _ stages: [StageResult],
        facts: RunFacts,
        limits: GeneratorLimits
    ) -> (verdict: Verdict, reason: String) {
        if let interruption = facts.interruption { return (.incomplete, interruption) }
        let counted = stages.filter { !$0.isExcluded }
        for stage in counted {
            let part = stage.part
            if let lag = part.latency[.scheduleLag]?.p99, lag > limits.scheduleLag {
                return (
                    .generatorBound,
                    "in stage \(stage.name) the generator was \(Display.duration(lag)) late at p99, "
                        + "more than \(Display.duration(limits.scheduleLag))"
                )
            }
            if Int128(part.submitted) * 1_000_000_000 < Int128(part.offered) * Int128(limits.submitted.partsPerBillion)
            {
                let submitted = "\(Display.count(part.submitted)) of \(Display.count(part.offered)) arrivals"
                return (.generatorBound, "in stage \(stage.name) only \(submitted) were handed over in time")
            }
        }
        if facts.unanswered > 0 {
            return (.incomplete, "\(Display.count(facts.unanswered)) arrivals were never answered")
        }
        if facts.unfinishedStarts > 0 {
            return (
                .incomplete,
                "\(Display.count(facts.unfinishedStarts)) starts were still under way when the wait for them ended: "
                    + "recharge_to_start and recharge_to_running lack the slowest"
            )
        }
        return (.valid, "")
    }
}
