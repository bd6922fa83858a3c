internal import SettlementJournal
internal import SettlementLedger

/// The bus's memory: notifications read back from the journal for a subscriber that lags.
struct JournalHistory: NotificationHistory {
    let journal: any Journal
    /// Cells read at a time: 256 KiB.
    private let readBytes = 256 << 10

    init(journal: any Journal) { self.journal = journal }

    func notifications(shard: Int, after sequence: UInt64, limit: Int) async throws(HistoryUnavailable) -> HistoryPage {
        do throws(JournalFailure) {
            switch try await journal.read(shard: shard, after: sequence, maxBytes: readBytes) {
            case .gone(let oldest): return .gone(oldest: oldest)
            case .cells(let bytes, let first): return page(of: bytes, firstSequence: first, shard: shard, limit: limit)
            }
        } catch {
            throw HistoryUnavailable(reason: "\(error)")
        }
    }
}
