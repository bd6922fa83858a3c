internal import Settlement
internal import SettlementJournal

/// The faults stop, and the world has to come to rest.
extension Universe {
    func heal() {
        isHealing = true
        trace("the faults stop")
        disk.onCall = nil
        disk.faults = DiskFaults()
        for region in regions {
            region.behaviour = RegionBehaviour()
            workload.releaseStuckInstances(of: region)
        }
        // A clock that has gone back is set right again.
        simulation.wallOffset = max(simulation.wallOffset, latestMonthEnd - simulation.now)
        life?.node.resume()
        restartIfBroken()
        guard
            settle(
                within: 300,
                "commands were not answered and months not closed",
                { [self] in
                    requests.allSatisfy(\.isAnswered) && pendingMonths.isEmpty && life != nil
                }
            )
        else { return }
        guard converge() else { return }
        audit()
        if !isHalted { shutDownAndComeBack() }
    }

    /// A journal that has failed while nobody asked is opened again.
    private func restartIfBroken() {
        guard let life else { return }
        do throws(JournalFailure) {
            try life.journal.checkAdmission()
        } catch {
            if error.code != .diskFull { bury(life, powerFails: false) }
        }
    }

    /// Runs until `isDone`; otherwise it is a violation.
    private func settle(within seconds: Int64, _ problem: String, _ isDone: () -> Bool) -> Bool {
        let deadline = simulation.now + seconds * UniverseScale.second
        simulation.advance { isHalted || isDone() || simulation.now > deadline }
        if isHalted { return false }
        if !isDone() {
            auditor.report(.ends, "\(problem) within \(seconds) s after the faults had stopped")
            return false
        }
        return true
    }

    /// Ten sweeps are enough for every instance to obey.
    private func converge() -> Bool {
        for _ in 0..<10 {
            advanceAuditor()
            if disobedient().isEmpty { return true }
            simulation.advance(byNanoseconds: scale.sweep)
            for region in regions { workload.releaseStuckInstances(of: region) }
        }
        advanceAuditor()
        for (account, problem) in disobedient() {
            let standing = auditor.model(of: account)?.standing
            let hasOvertaken = standing?.state == .good && overtakings[account] == standing?.epoch
            auditor.report(hasOvertaken ? .paidIsRunning : .convergence, problem)
        }
        return auditor.violations.isEmpty
    }

    private func disobedient() -> [(account: AccountID, problem: String)] {
        regions.enumerated().flatMap { number, region in
            workload.disobedient(in: region, number: number) { self.auditor.model(of: $0)?.standing }
        }
    }

    /// Everything is read once more, and everything must agree.
    private func audit() {
        guard let life else { return }
        life.node.spawn { [self] in
            await auditPool(life)
            life.isAudited = true
        }
        guard settle(within: 60, "the pool did not answer the auditor", { life.isAudited }) else { return }
        simulation.advance(byNanoseconds: scale.sweep)
        advanceAuditor()
        // A timer may have changed a standing just now; its notification is on its way.
        let deadline = simulation.now + UniverseScale.second
        simulation.advance { isHalted || auditor.isAllWitnessed || simulation.now > deadline }
        auditor.checkAllWitnessed()
        for region in regions where region.counters.wrongStarts > 0 {
            auditor.report(
                .noWrongStart,
                "region \(region.region.rawValue) started \(region.counters.wrongStarts) wrongly"
            )
        }
    }

    private func auditPool(_ life: Life) async {
        await readEverything(in: life)
        do {
            let audit = try await life.pool.audit()
            if !audit.conserved { auditor.report(.books, "the books do not balance: \(audit.findings)") }
            try await compareWithFold(life)
            // A clock that has gone back may have opened a closed month again.
            if !hasJumped {
                for (month, ranges) in closedMonths { try await checkClosed(month, ranges, life) }
            }
        } catch {
            auditor.report(.ends, "the pool cannot be audited: \(error)")
        }
    }

    /// The state is the fold of the journal. Housekeeping may get in between: then it is looked at again.
    private func compareWithFold(_ life: Life) async throws {
        for _ in 0..<5 {
            let before = auditor.entriesStaged
            let digest = try await life.pool.digest()
            guard auditor.entriesStaged == before else { continue }
            let folded = auditor.foldedDigest(ledgerPolicy: scale.policy)
            if digest != folded { auditor.report(.books, "the state is \(digest), the fold of the journal \(folded)") }
            return simulation.note(digest.low)
        }
    }

    /// Closing a month again adds nothing, unless there are ranges that had no account then.
    private func checkClosed(_ month: Month, _ ranges: Int, _ life: Life) async throws {
        let again = try await MonthEnd(of: month, in: life.pool).run()
        advanceAuditor()
        let newRanges = again.rangesTotal - ranges
        if again.rangesClosed > newRanges { auditor.report(.monthEnd, "\(month) was closed again: \(again)") }
    }

    /// An orderly end, and the same state again.
    private func shutDownAndComeBack() {
        guard let life else { return }
        life.node.spawn { [self] in
            do throws(SettlementError) {
                try await life.pool.shutdown()
            } catch {
                auditor.report(.ends, "the pool cannot be shut down: \(error)")
            }
            advanceAuditor()
            life.isDown = true
        }
        guard settle(within: 60, "the pool did not shut down", { life.isDown }) else { return }
        bury(life, powerFails: true)
        guard settle(within: 60, "the pool did not come back", { self.life != nil }) else { return }
        simulation.advance(byNanoseconds: UniverseScale.second)
    }
}
