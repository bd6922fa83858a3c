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
        await bulkGate.enter()
        let beginning = await beginSnapshot(accounts: Self.accountsPerSection)
        bulkGate.leave()
        guard let beginning else { return nil }
        do throws(JournalFailure) {
            let bytes = try await write(beginning, to: journal.beginSnapshot(shard: index, at: beginning.sequence))
            await endSnapshot(began: beginning.sequence)
            return bytes
        } catch {
            await endSnapshot(began: nil)
            throw SettlementError(.journalFailed, "snapshot of shard \(index): \(error)")
        }
    }

    private nonisolated func write(
        _ beginning: SnapshotBeginning,
        to writer: any SnapshotWriter
    ) async throws(JournalFailure) -> Int {
        var cursor = beginning.cursor
        var written = beginning.section.count
        try await writer.append(section: beginning.section)
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

/// The first section of a snapshot and the sequence that it shows: recovery replays from there, so the two are one moment.
struct SnapshotBeginning: Sendable {
    var sequence: UInt64
    var section: [UInt8]
    var cursor: SnapshotCursor
}
