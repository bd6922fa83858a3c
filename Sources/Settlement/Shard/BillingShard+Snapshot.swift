internal import SettlementJournal
internal import SettlementLedger

/// Snapshots, taken section by section in the bulk lane while the ledger goes on changing.
///
/// Every section remembers the sequence at which it was captured, so recovery applies to each part only what came later.
extension BillingShard {
    /// Accounts captured in one stay on the shard.
    private static let accountsPerSection = 512

    /// Writes a snapshot.
    /// - Returns: its size in bytes; `nil` when one is being taken already.
    nonisolated func snapshot() async throws(SettlementError) -> Int? {
        var cursor = SnapshotCursor()
        await bulkGate.enter()
        let first = await beginSnapshot(&cursor, accounts: Self.accountsPerSection)
        bulkGate.leave()
        guard let first else { return nil }
        do throws(JournalFailure) {
            let writer = try journal.beginSnapshot(shard: index, at: first.sequence)
            let bytes = try await write(first.section, goingOnAt: cursor, to: writer)
            await endSnapshot(began: first.sequence)
            return bytes
        } catch {
            await endSnapshot(began: nil)
            throw SettlementError(.journalFailed, "snapshot of shard \(index): \(error)")
        }
    }

    private nonisolated func write(
        _ first: [UInt8],
        goingOnAt start: SnapshotCursor,
        to writer: any SnapshotWriter
    ) async throws(JournalFailure) -> Int {
        var cursor = start
        var written = first.count
        try await writer.append(section: first)
        while !cursor.isComplete {
            await bulkGate.enter()
            let section = await captureSection(&cursor, accounts: Self.accountsPerSection)
            bulkGate.leave()
            written += section.count
            try await writer.append(section: section)
        }
        // The last sections show entries that may not be on disk yet; the snapshot must not be ahead of the journal.
        try await read { _ in }
        try await writer.finish()
        return written
    }
}
