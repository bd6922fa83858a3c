internal import SettlementJournal
internal import SettlementLedger

/// A run of account slots of one shard that is closed and checkpointed as one.
struct MonthEndRange: Sendable {
    var shard: Int
    var range: UInt32
}

extension SettlementPool {
    /// All ranges, shard by shard in turn, so that the shards work side by side.
    func monthEndRanges() async throws(SettlementError) -> [MonthEndRange] {
        var counts: [UInt32] = []
        for shard in shards {
            do throws(JournalFailure) {
                let accounts = try await shard.accountCount()
                counts.append((accounts + Ledger.checkpointRangeSlots - 1) / Ledger.checkpointRangeSlots)
            } catch {
                throw SettlementError(.journalFailed, "shard \(shard.index): \(error)")
            }
        }
        let longest = counts.max() ?? 0
        return (0..<longest).flatMap { range in
            counts.indices.filter { range < counts[$0] }.map { MonthEndRange(shard: $0, range: range) }
        }
    }

    /// Closes one range; `nil`: it was closed before.
    func closeMonth(
        _ month: Month,
        range: MonthEndRange,
        at time: Timestamp
    ) async throws(SettlementError) -> MonthCloseProgress? {
        let shard = shards[range.shard]
        do throws(JournalFailure) {
            if try await shard.isCheckpointed(month, range: range.range) { return nil }
        } catch {
            throw SettlementError(.journalFailed, "shard \(shard.index): \(error)")
        }
        return try await admitted(1, to: shard, isBounded: false) { () throws(SettlementError) -> MonthCloseProgress in
            try await shard.closeMonth(month, range: range.range, at: time)
        }
    }
}
