internal import BasicContainers
internal import SettlementJournal
internal import SettlementLedger
internal import Tracing

/// Single calls: whoever finds no batch under way leads one, and answers all who joined it.
///
/// What can be done once for a batch — counting, the span, leaving the admission — is not done by each call: a call costs
/// its suspension and the few cache lines that it shares with others.
extension BillingShard {
    /// Leads a batch with `request` in it.
    /// - Returns: the outcome of `request`.
    nonisolated func lead(_ request: Request) async throws(SettlementError) -> Outcome {
        // One span for the batch: this is where requests cross into the actor.
        let submission = await withSpan("settlement.batch", ofKind: .internal) { span in
            span.attributes["settlement.shard"] = index
            return await settleMailbox(leader: request)
        }
        mailbox.finishLeading()
        switch submission {
        case .settled(let outcome): return outcome
        case .failed(let error): throw error
        }
    }

    /// Settles the leader's request together with every single call that waits in the mailbox.
    private func settleMailbox(leader: Request) async -> Submission {
        await service?.begin()
        var requests = mailbox.takeFollowers()
        requests.append(leader, from: nil)
        let submission = await settle(requests)
        mailbox.recycle(requests)
        return submission
    }

    /// Answers everyone who waits.
    /// - Returns: the answer to the last request.
    private func settle(_ requests: borrowing Requests) async -> Submission {
        do throws(SettlementError) {
            let outcomes = try await release(apply(requests)).value
            metrics.count(outcomes: outcomes)
            admission.leave(commands: requests.count)
            requests.answer(outcomes)
            return .settled(outcomes[outcomes.count - 1])
        } catch {
            metrics.count(error: error, commands: requests.count)
            admission.leave(commands: requests.count)
            requests.answer(error)
            return .failed(error)
        }
    }

    private func apply(_ requests: borrowing Requests) throws(SettlementError) -> StagedBatch<[Outcome]> {
        let started = clock.monotonicNanoseconds
        let arrivals = requests.arrivals.span
        observer.observe(
            .queueWait,
            nanoseconds: (0..<arrivals.count).map { started - arrivals[$0].submittedAt },
            lane: .interactive
        )
        return try apply(requests.commands.span, startedAt: started, lane: .interactive) { arrivals[$0].intendedAt }
    }
}
