internal import Settlement

/// What thresholds can still come to while a run goes on, whatever happens in the rest of it.
struct ThresholdOutlook: Sendable {
    let profile: LoadProfile
    let plan: LoadPlan
    let tally: RunTally
    /// `nil`: latencies are not measured.
    let recorder: LatencyRecorder?

    /// The first threshold that cannot be met any more, as it stands now; `nil`: each still can, or nobody can tell.
    ///
    /// - Complexity: O(thresholds × stages × buckets): for once a second.
    var lost: ThresholdResult? {
        for threshold in profile.thresholds where isLost(threshold) {
            let result = threshold.evaluated(on: evidence(for: stages(of: threshold)))
            if !result.passed, result.isMeasured { return result }
        }
        return nil
    }

    /// Only an upper bound gets lost: there can be less than expected of everything, but nothing is taken back.
    private func isLost(_ threshold: Threshold) -> Bool {
        guard threshold.window == nil, threshold.comparison == .less || threshold.comparison == .lessOrEqual
        else { return false }
        let stages = stages(of: threshold)
        let counted = { (total: TotalName) in Double(sum(stages) { $0.totals[total] ?? 0 }) }
        switch threshold.measure {
        case .count(let total):
            return !threshold.comparison.holds(counted(total), threshold.bound)
        case .share(let total):
            guard let all = arrivals(in: stages), all > 0 else { return false }
            return !threshold.comparison.holds(counted(total) / Double(all), threshold.bound)
        case .latency(let name, let statistic):
            guard let all = mostLatencies(of: name, in: stages), all > 0 else { return false }
            let beyond = recorder?.count(name, .interactive, stages: stages) {
                !threshold.comparison.holds(Double($0), threshold.bound)
            }
            return beyond.map { $0 > all - statistic.rank(of: all) } ?? false
        case .rate, .recovery:
            return false
        }
    }

    /// How many latencies there will be at most; `nil`: not known.
    private func mostLatencies(of name: PathStage, in stages: [Int]) -> Int64? {
        switch name {
        case .settle:
            arrivals(in: stages).map { all in all - sum(stages) { $0.totals[.rejected] ?? 0 } }
        case .rechargeToStart, .rechargeToRunning: Int64(plan.instances)
        case .scheduleLag, .queueWait, .service, .commitWait, .notify, .dispatch, .start: nil
        }
    }

    /// How many arrive; `nil`: that depends on the answers.
    private func arrivals(in stages: [Int]) -> Int64? {
        stages.reduce(into: Int64?(0)) { sum, index in
            let stage = plan.stages[index]
            let isOpen = stage.callers.allSatisfy { $0 == nil }
            sum = isOpen ? sum.map { $0 + Int64(stage.arrivals.reduce(0, +)) } : nil
        }
    }

    private func stages(of threshold: Threshold) -> [Int] {
        profile.stages.indices.filter {
            let stage = profile.stages[$0]
            return threshold.stage.map { $0 == stage.name } ?? !stage.isExcluded
        }
    }

    private func evidence(for stages: [Int]) -> ThresholdEvidence {
        var totals = TotalTable()
        for name in TotalName.allCases { totals[name] = sum(stages) { $0.totals[name] ?? 0 } }
        let part = RunPart(
            duration: stages.reduce(0) { $0 + profile.stages[$1].durationNanoseconds },
            offered: sum(stages, \.offered),
            submitted: sum(stages, \.submitted),
            answered: sum(stages, \.answered),
            totals: totals,
            latency: recorder?.summary(.interactive, stages: stages) ?? LatencyTable(),
            bulkLatency: LatencyTable()
        )
        return ThresholdEvidence(part: part, series: RunSeries(), ranges: [], measuresLatency: recorder != nil)
    }

    private func sum(_ stages: [Int], _ value: (RunTally.Counts) -> Int64) -> Int64 {
        let counts = tally.stages
        return stages.reduce(0) { $0 + value(counts[$1]) }
    }
}
