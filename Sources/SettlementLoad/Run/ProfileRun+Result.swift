internal import Settlement

extension ProfileRun {
    /// Audits the pool and puts together what was measured.
    func result(_ end: RunEnd) async throws(RunError) -> RunResult {
        let audit: Audit
        let digest: StateDigest
        do throws(SettlementError) {
            audit = try await rig.pool.audit()
            digest = try await rig.pool.digest()
        } catch {
            throw .pool(error)
        }
        let counted = profile.stages.indices.filter { !profile.stages[$0].isExcluded }
        var facts = RunFacts(
            digest: digest.description,
            arrivalsDigest: plan.arrivalsDigest,
            audit: AuditResult(conserved: audit.conserved, findings: audit.findings),
            latency: recorder?.summary(.interactive, stages: counted) ?? LatencyTable(),
            bulkLatency: recorder?.summary(.bulk, stages: counted) ?? LatencyTable(),
            host: world.host
        )
        facts.curves = recorder?.curves(.interactive, stages: counted) ?? CurveTable()
        facts.bulkCurves = recorder?.curves(.bulk, stages: counted) ?? CurveTable()
        facts.series = series.series
        facts.interruption = end.interruption
        facts.unanswered = tally.waiting
        facts.unfinishedStarts = end.unfinishedStarts
        facts.startsGivenUp = end.startsGivenUp
        facts.aborted = aborted.withLock { $0 }
        facts.faults = faults.withLock { $0 }
        facts.monthEnd = monthEnd.withLock { $0 }
        facts.suspendedAccounts = Int64(plan.suspended)
        facts.measuresLatency = recorder != nil
        facts.isResumed = directory?.isResumed ?? false
        return RunResult(profile, stages: stageResults(elapsed: end.elapsed), facts: facts)
    }

    private func stageResults(elapsed: Int64) -> [StageResult] {
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

extension RunPart {
    /// How many latencies of this name were recorded, in both lanes.
    fileprivate func count(of name: PathStage) -> Int64 {
        (latency[name]?.count ?? 0) + (bulkLatency[name]?.count ?? 0)
    }
}
