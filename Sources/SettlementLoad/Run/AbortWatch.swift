internal import Settlement

/// Ends a run early when a threshold that asks for it does not hold, or when one cannot be met any more.
struct AbortWatch: Sendable {
    let profile: LoadProfile
    let series: SeriesRecorder
    let clock: any SettlementClock
    /// Monotonic time at which the run began.
    let origin: Int64
    /// What can still be met; `nil`: a run that has failed goes on.
    var outlook: ThresholdOutlook?

    private static let periodNanoseconds: Int64 = 1_000_000_000

    /// Does the work to its end, or until a threshold ends the run.
    ///
    /// - Returns: that threshold.
    func run(_ work: @escaping @Sendable () async throws -> Void) async throws -> ThresholdResult? {
        guard outlook != nil || profile.thresholds.contains(where: { $0.abortDelay != nil }) else {
            try await work()
            return nil
        }
        return try await withThrowingTaskGroup(of: ThresholdResult?.self) { group in
            defer { group.cancelAll() }
            group.addTask {
                try await work()
                return nil
            }
            group.addTask { try await firstFailure() }
            return try await group.next() ?? nil
        }
    }

    /// Looks once a second; returns what does not hold.
    private func firstFailure() async throws(CancellationError) -> ThresholdResult {
        while true {
            try await clock.sleep(nanoseconds: Self.periodNanoseconds)
            if let lost = outlook?.lost { return lost }
            let now = clock.monotonicNanoseconds - origin
            let series = series.series
            for threshold in profile.thresholds where threshold.abortDelay != nil {
                let ranges = profile.ranges(ofStage: threshold.stage)
                if let result = threshold.interim(on: series, ranges: ranges, now: now), !result.passed {
                    return result
                }
            }
        }
    }
}

extension LoadProfile {
    /// When a stage is, or, for `nil`, all that count; in nanoseconds after the beginning. Stages that follow each other are
    /// one range.
    func ranges(ofStage name: String?) -> [Range<Int64>] {
        var ranges: [Range<Int64>] = []
        var start: Int64 = 0
        for stage in stages {
            let end = start + stage.durationNanoseconds
            if name == nil ? !stage.isExcluded : stage.name == name {
                if let last = ranges.last, last.upperBound == start {
                    ranges[ranges.count - 1] = last.lowerBound..<end
                } else {
                    ranges.append(start..<end)
                }
            }
            start = end
        }
        return ranges
    }
}
