internal import SettlementJournal
internal import SettlementLedger

/// Bulk work: chunks bounded by time, each with a flush of its own before the next, so that interactive calls get in between.
extension BillingShard {
    /// Settles commands of the bulk lane chunk by chunk.
    nonisolated func settleInBulk(_ batch: CommandBatch) async throws(SettlementError) -> [Outcome] {
        var outcomes: [Outcome] = []
        outcomes.reserveCapacity(batch.commands.count)
        while outcomes.count < batch.commands.count {
            await bulkGate.enter()
            defer { bulkGate.leave() }
            outcomes += try await settleChunk(of: batch, from: outcomes.count).value
        }
        return outcomes
    }

    private func settleChunk(of batch: CommandBatch, from start: Int) async throws(SettlementError) -> Durable<
        [Outcome]
    > {
        let started = await beginBulk()
        let end = min(batch.commands.count, start + bulkPace.chunkItems)
        let staged = try stageBulk(startedAt: started) { ledger, entries in
            var outcomes: [Outcome] = []
            outcomes.reserveCapacity(end - start)
            ledger.apply(batch.commands.span.extracting(start..<end), into: &entries, outcomes: &outcomes)
            return (outcomes, end - start)
        }
        return try await release(staged)
    }

    /// The account of each name; new names are journaled, a bounded number at a time.
    nonisolated func intern(_ names: [String], at time: Timestamp) async throws(SettlementError) -> [AccountID] {
        var accounts: [AccountID] = []
        while accounts.count < names.count {
            await bulkGate.enter()
            defer { bulkGate.leave() }
            let end = min(names.count, accounts.count + Self.namesPerChunk)
            accounts += try await internChunk(names[accounts.count..<end], at: time).value
        }
        return accounts
    }

    private static let namesPerChunk = 256

    private func internChunk(
        _ names: ArraySlice<String>,
        at time: Timestamp
    ) async throws(SettlementError) -> Durable<[AccountID]> {
        let started = await beginBulk()
        let staged = try stageBulk(startedAt: started) { ledger, entries in
            (names.map { ledger.intern($0, at: time, into: &entries) }, names.count)
        }
        return try await release(staged)
    }

    /// Closes a month for the accounts of one range of slots, chunk by chunk, and checkpoints the range.
    nonisolated func closeMonth(
        _ month: Month,
        range: UInt32,
        at time: Timestamp
    ) async throws(SettlementError) -> MonthCloseProgress {
        let first = range * Ledger.checkpointRangeSlots
        var total = MonthCloseProgress(nextSlot: first)
        let end = first + Ledger.checkpointRangeSlots
        while total.nextSlot < end {
            await bulkGate.enter()
            defer { bulkGate.leave() }
            let chunk = try await closeChunk(of: month, slots: total.nextSlot..<end, range: range, at: time).value
            total.add(chunk)
        }
        return total
    }

    private func closeChunk(
        of month: Month,
        slots: Range<UInt32>,
        range: UInt32,
        at time: Timestamp
    ) async throws(SettlementError) -> Durable<MonthCloseProgress> {
        let started = await beginBulk()
        let limit = bulkPace.chunkItems
        let staged = try stageBulk(startedAt: started) { ledger, entries in
            var progress = ledger.closeMonth(month, slots: slots, at: time, writeOffLimit: limit, into: &entries)
            if progress.nextSlot >= min(slots.upperBound, ledger.accountCount) {
                progress.nextSlot = slots.upperBound
                ledger.recordCheckpoint(month: month, range: range, at: time, into: &entries)
            }
            return (progress, Int(max(progress.billsWrittenOff, progress.accountsVisited)))
        }
        return try await release(staged)
    }
}

extension MonthCloseProgress {
    /// What two consecutive pieces of work did together.
    mutating func add(_ next: MonthCloseProgress) {
        nextSlot = next.nextSlot
        accountsVisited += next.accountsVisited
        billsWrittenOff += next.billsWrittenOff
        amountWrittenOff += next.amountWrittenOff
        billsLeftOpen += next.billsLeftOpen
    }
}
