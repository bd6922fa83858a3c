public import SettlementLedger
internal import Tracing

extension SettlementPool {
    /// Submits a batch and returns what became of each command, in the order of the batch.
    ///
    /// Commands of one shard are applied together and share a sync; a batch that spans shards is not atomic.
    /// On the bulk lane the batch is cut into chunks of bounded time, with interactive calls in between.
    /// - Complexity: O(commands + bills written off).
    public func submit(_ batch: CommandBatch, lane: Lane = .interactive) async -> [Submission] {
        let parts = router.split(batch)
        if parts.count == 1 { return await submit(parts[0], lane: lane) }
        var results = [Submission?](repeating: nil, count: batch.commands.count)
        await withTaskGroup(of: (Int, [Submission]).self) { group in
            for (index, part) in parts.enumerated() {
                group.addTask { (index, await self.submit(part, lane: lane)) }
            }
            for await (index, submissions) in group {
                for (position, submission) in zip(parts[index].positions, submissions) {
                    results[position] = submission
                }
            }
        }
        return results.map { result in
            guard let result else { preconditionFailure("a command of the batch was not routed to any shard") }
            return result
        }
    }

    /// Submits commands that were meant to arrive now.
    public func submit(_ commands: [Command], lane: Lane = .interactive) async -> [Submission] {
        await submit(CommandBatch(commands), lane: lane)
    }

    private func submit(_ part: ShardRouter.Part, lane: Lane) async -> [Submission] {
        let count = part.batch.commands.count
        let shard = shards[part.shard]
        do throws(SettlementError) {
            let outcomes = try await admitted(count, to: shard) { () throws(SettlementError) -> [Outcome] in
                switch lane {
                case .interactive:
                    try await self.settle(part.batch, in: shard)
                case .bulk:
                    try await shard.settleInBulk(part.batch)
                }
            }
            metrics.count(outcomes: outcomes)
            return outcomes.map { .settled($0) }
        } catch {
            metrics.count(error: error, commands: count)
            return [Submission](repeating: .failed(error), count: count)
        }
    }

    /// The span covers the crossing into the shard and the wait for the disk.
    private func settle(_ batch: CommandBatch, in shard: BillingShard) async throws(SettlementError) -> [Outcome] {
        let submittedAt = clock.monotonicNanoseconds
        let result = await withSpan("settlement.batch", ofKind: .internal) { span in
            span.attributes["settlement.shard"] = shard.index
            span.attributes["settlement.commands"] = batch.commands.count
            do throws(SettlementError) {
                return Result<[Outcome], SettlementError>.success(
                    try await shard.settle(batch, submittedAt: submittedAt, lane: .interactive).value
                )
            } catch {
                span.recordError(error)
                return .failure(error)
            }
        }
        return try result.get()
    }

    /// Submits one command on the interactive lane. Calls made meanwhile share its batch and its sync.
    ///
    /// - Parameter intendedAt: monotonic nanoseconds at which the call was meant to be made; `nil`: now.
    /// - Returns: the durable outcome; the ledger's refusals are values in it.
    /// - Throws: ``SettlementError`` when the command was not taken, or its outcome is unknown.
    public func submit(_ command: Command, intendedAt: Int64? = nil) async throws(SettlementError) -> Outcome {
        let shard = shards[router.shard(of: command.account)]
        let now = clock.monotonicNanoseconds
        let request = Request(command: command, submittedAt: now, intendedAt: intendedAt ?? now)
        do throws(SettlementError) {
            try shard.admission.enter(commands: 1)
        } catch {
            metrics.count(error: error, commands: 1)
            throw error
        }
        let submission = await answer(to: request, from: shard)
        shard.admission.leave(commands: 1)
        switch submission {
        case .settled(let outcome):
            metrics.count(outcome: outcome)
            return outcome
        case .failed(let error):
            metrics.count(error: error, commands: 1)
            throw error
        }
    }

    private func answer(to request: Request, from shard: BillingShard) async -> Submission {
        switch await shard.mailbox.wait(with: request) {
        case .answer(let submission):
            return submission
        case .lead:
            // One span for the batch: this is where requests cross into the actor.
            let submission = await withSpan("settlement.batch", ofKind: .internal) { span in
                span.attributes["settlement.shard"] = shard.index
                return await shard.settleMailbox(leader: request)
            }
            shard.mailbox.finishLeading()
            return submission
        }
    }

    /// Runs `body` while its shard counts it among what it holds, so that a shutdown waits for it.
    func admitted<Value>(
        _ commands: Int,
        to shard: BillingShard,
        isBounded: Bool = true,
        _ body: () async throws(SettlementError) -> Value
    ) async throws(SettlementError) -> Value {
        try shard.admission.enter(commands: commands, isBounded: isBounded)
        defer { shard.admission.leave(commands: commands) }
        return try await body()
    }
}
