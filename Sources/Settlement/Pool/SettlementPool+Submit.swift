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
        precondition(parts.reduce(0) { $0 + $1.positions.count } == batch.commands.count, "a command was not routed")
        // Every place is written below: the parts are the batch.
        var results = [Submission](repeating: .settled(Outcome()), count: batch.commands.count)
        if parts.count == 1 {
            place(await settle(parts[0], lane: lane), at: parts[0].positions, in: &results)
            return results
        }
        await withTaskGroup(of: (Int, Result<[Outcome], SettlementError>).self) { group in
            for (index, part) in parts.enumerated() {
                group.addTask { (index, await self.settle(part, lane: lane)) }
            }
            for await (index, result) in group { place(result, at: parts[index].positions, in: &results) }
        }
        return results
    }

    private func place(
        _ result: Result<[Outcome], SettlementError>,
        at positions: [Int],
        in results: inout [Submission]
    ) {
        switch result {
        case .success(let outcomes):
            for (position, outcome) in zip(positions, outcomes) { results[position] = .settled(outcome) }
        case .failure(let error):
            for position in positions { results[position] = .failed(error) }
        }
    }

    /// Submits commands that were meant to arrive now.
    public func submit(_ commands: [Command], lane: Lane = .interactive) async -> [Submission] {
        await submit(CommandBatch(commands), lane: lane)
    }

    private func settle(_ part: ShardRouter.Part, lane: Lane) async -> Result<[Outcome], SettlementError> {
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
            return .success(outcomes)
        } catch {
            metrics.count(error: error, commands: count)
            return .failure(error)
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
        // Little is kept while the call waits: a waiting task's memory is cold when it is woken.
        let turn = await withUnsafeContinuation { caller in post(command, intendedAt: intendedAt, from: caller) }
        switch turn {
        case .settled(let outcome): return outcome
        case .failed(let error): throw error
        case .lead(let submittedAt):
            let request = Request(command: command, submittedAt: submittedAt, intendedAt: intendedAt ?? submittedAt)
            return try await shards[router.shard(of: command.account)].lead(request)
        }
    }

    /// Puts a call into its shard's mailbox. Whoever answers has counted the outcome and has left the admission for it.
    private func post(
        _ command: Command,
        intendedAt: Int64?,
        from caller: UnsafeContinuation<Mailbox.Turn, Never>
    ) {
        let now = clock.monotonicNanoseconds
        let request = Request(command: command, submittedAt: now, intendedAt: intendedAt ?? now)
        // Not retained, which all threads would do in one cache line; the pool holds its shards.
        mailboxes[router.shard(of: command.account)]._withUnsafeGuaranteedRef { mailbox in
            do throws(SettlementError) {
                if try mailbox.add(request, from: caller) { caller.resume(returning: .lead(submittedAt: now)) }
            } catch {
                metrics.count(error: error, commands: 1)
                caller.resume(returning: .failed(error))
            }
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
