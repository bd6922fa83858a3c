internal import SettlementJournal
internal import SettlementLedger

/// The bus's memory: notifications read back from the journal for a subscriber that lags.
struct JournalHistory: NotificationHistory {
    let journal: any Journal
    /// Cells read at a time: 256 KiB.
    private let readBytes = 256 << 10

    init(journal: any Journal) { self.journal = journal }

    func notifications(
        shard: Int,
        after sequence: UInt64,
        limit: Int
    ) async throws(HistoryUnavailable) -> HistoryPage {
        do throws(JournalFailure) {
            switch try await journal.read(shard: shard, after: sequence, maxBytes: readBytes) {
            case .gone: return .gone
            case .cells(let bytes, let first): return page(of: bytes, first: first, shard: shard, limit: limit)
            }
        } catch {
            throw HistoryUnavailable(reason: "\(error)")
        }
    }

    /// The changes of standing among some cells. A page may be empty and still move its reader on.
    private func page(of bytes: [UInt8], first: UInt64, shard: Int, limit: Int) -> HistoryPage {
        var notifications: [Notification] = []
        let entries = Entry.entries(in: bytes.span.bytes)
        for (offset, entry) in entries.enumerated() {
            guard let change = entry.standingChange else { continue }
            let sequence = first + UInt64(offset)
            if notifications.count == limit { return .page(notifications, through: sequence - 1) }
            notifications.append(Notification(change, shard: shard, sequence: sequence))
        }
        return .page(notifications, through: first + UInt64(entries.count) - 1)
    }
}
