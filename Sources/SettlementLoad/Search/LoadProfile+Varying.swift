extension LoadProfile {
    /// Names of what can arrive at a rate, as profiles write them.
    public static let arrivalNames = ["recharges", "writeOffs", "bills", "queries", "starts"]

    /// The profile with `perSecond` arrivals of one kind in every stage that has such arrivals by the clock.
    ///
    /// - Parameters:
    ///   - name: one of ``arrivalNames``.
    ///   - stretch: by which every stage is longer; a fault begins as long after its stage's beginning as before.
    /// - Returns: `nil` when no stage has such arrivals.
    public func offering(_ perSecond: Double, of name: String, stretch: Int64 = 1) -> LoadProfile? {
        var profile = self
        var isFound = false
        func set(_ load: inout ArrivalLoad) {
            guard case .open(_, let pattern) = load.timing else { return }
            load.timing = .open(.constant(Rate(millionths: Int64(perSecond * 1_000_000))), pattern)
            isFound = true
        }
        // What was this long into its stage stays so: the stages before it are longer.
        for index in profile.faults.indices {
            var stageStart: Int64 = 0
            let start = profile.faults[index].start
            for stage in stages {
                guard start >= stageStart + stage.durationNanoseconds else { break }
                stageStart += stage.durationNanoseconds
            }
            profile.faults[index].start += stageStart * (stretch - 1)
        }
        for index in profile.stages.indices {
            var stage = profile.stages[index]
            stage.durationNanoseconds *= stretch
            switch name {
            case "recharges": if var load = stage.recharges { set(&load.arrivals); stage.recharges = load }
            case "writeOffs": if var load = stage.writeOffs { set(&load); stage.writeOffs = load }
            case "bills": if var load = stage.bills { set(&load); stage.bills = load }
            case "queries": if var load = stage.queries { set(&load); stage.queries = load }
            case "starts": if var load = stage.starts { set(&load); stage.starts = load }
            default: return nil
            }
            profile.stages[index] = stage
        }
        return isFound ? profile : nil
    }

    /// The mean rate of arrivals of one kind in the stages that have them by the clock; 0 when none has.
    public func offeredRate(of name: String) -> Double {
        let loads = openLoads(of: name)
        let count = loads.reduce(0.0) { $0 + RateCurve($1.shape, duration: $1.duration).total }
        return loads.isEmpty ? 0 : count / offeredSeconds(of: name)
    }

    /// How long the stages are, in seconds, that have arrivals of one kind by the clock.
    func offeredSeconds(of name: String) -> Double {
        openLoads(of: name).reduce(0.0) { $0 + Double($1.duration) / 1e9 }
    }

    private func openLoads(of name: String) -> [(shape: RateShape, duration: Int64)] {
        let kinds: [String: ArrivalKind] = [
            "recharges": .recharge, "writeOffs": .writeOff, "bills": .bill, "queries": .query, "starts": .start,
        ]
        guard let kind = kinds[name] else { return [] }
        return stages.compactMap { stage in
            guard case .open(let shape, _) = stage.load(kind)?.timing else { return nil }
            return (shape, stage.durationNanoseconds)
        }
    }

    /// The profile with a threshold on how many may be refused, less than 1 %, unless it has one.
    var serving: LoadProfile {
        let isJudged = thresholds.contains { threshold in
            switch threshold.measure {
            case .count(.rejected), .rate(.rejected), .share(.rejected): true
            default: false
            }
        }
        guard !isJudged, let refusals = try? threshold("rejected rate < 1%") else { return self }
        var profile = self
        profile.thresholds.append(refusals)
        return profile
    }
}

extension LoadProfile {
    /// Reads a condition as the profile's own thresholds are written: `recharge_to_start p99 < 28ms @peak`.
    ///
    /// - Throws: ``InvalidProfile`` with the place of the fault in `text`.
    public func threshold(_ text: String) throws(InvalidProfile) -> Threshold {
        do throws(ThresholdProblem) {
            return try Threshold(parsing: text, stages: stages.map(\.name), faults: faults.map(\.name))
        } catch {
            throw InvalidProfile(issues: [
                ProfileIssue(
                    file: text,
                    line: 1,
                    column: error.offset + 1,
                    problem: error.problem,
                    expected: error.expected,
                    suggestion: error.suggestion
                )
            ])
        }
    }
}
