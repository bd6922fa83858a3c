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
        var facts = RunFacts(
            digest: digest.description,
            arrivalsDigest: plan.arrivalsDigest,
            audit: AuditResult(conserved: audit.conserved, findings: audit.findings),
            host: world.host
        )
        facts.setLatencies(of: profile, from: recorder)
        facts.series = series.series
        facts.interruption = end.interruption
        facts.aborted = end.aborted
        facts.unanswered = tally.waiting
        facts.unfinishedStarts = end.unfinishedStarts
        facts.startsGivenUp = end.startsGivenUp
        facts.suspendedAccounts = plan.instances > 0 ? Int64(plan.suspended) : 0
        facts.faults = faults.withLock { $0 }
        facts.monthEnd = monthEnd.withLock { $0 }
        facts.isResumed = directory?.isResumed ?? false
        let stages = StageResult.all(of: profile, plan, tally, recorder, elapsed: end.elapsed)
        return RunResult(profile, stages: stages, facts: facts)
    }
}
