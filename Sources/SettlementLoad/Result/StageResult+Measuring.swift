internal import Settlement

extension StageResult {
    /// What was counted and recorded in every stage of a run that lasted `elapsed` nanoseconds.
    ///
    /// - Parameter recorder: `nil`: latencies were not measured.
    static func all(
        of profile: LoadProfile,
        _ plan: LoadPlan,
        _ tally: RunTally,
        _ recorder: LatencyRecorder?,
        elapsed: Int64
    ) -> [StageResult] {
        zip(profile.stages, tally.stages).enumerated().map { index, pair in
            let (stage, counts) = pair
            var part = RunPart(
                duration: min(max(0, elapsed - plan.stages[index].start), stage.durationNanoseconds),
                offered: counts.offered,
                submitted: counts.submitted,
                answered: counts.answered,
                totals: counts.totals,
                latency: recorder?.summary(.interactive, stages: [index]) ?? LatencyTable(),
                bulkLatency: recorder?.summary(.bulk, stages: [index]) ?? LatencyTable()
            )
            // Controllers tell what they take and see through the observer; each of it is one latency.
            part.totals[.notifications] = recorder == nil ? nil : part.count(of: .notify)
            part.totals[.instancesStarted] = recorder == nil ? nil : part.count(of: .start)
            return StageResult(stage, part: part)
        }
    }
}

extension RunFacts {
    /// Takes the latencies of all stages that count.
    ///
    /// - Parameter recorder: `nil`: they were not measured.
    mutating func setLatencies(of profile: LoadProfile, from recorder: LatencyRecorder?) {
        measuresLatency = recorder != nil
        guard let recorder else { return }
        let counted = profile.stages.indices.filter { !profile.stages[$0].isExcluded }
        latency = recorder.summary(.interactive, stages: counted)
        bulkLatency = recorder.summary(.bulk, stages: counted)
        curves = recorder.curves(.interactive, stages: counted)
        bulkCurves = recorder.curves(.bulk, stages: counted)
    }
}

extension RunPart {
    /// How many latencies of this name were recorded, in both lanes.
    fileprivate func count(of name: PathStage) -> Int64 {
        (latency[name]?.count ?? 0) + (bulkLatency[name]?.count ?? 0)
    }
}
