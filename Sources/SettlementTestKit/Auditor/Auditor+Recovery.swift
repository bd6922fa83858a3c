internal import Settlement
internal import SettlementJournal

/// What a journal brings back after a crash.
extension Auditor {
    /// Bytes that recovery hands over.
    func recovered(_ part: RecoveredPart, _ bytes: RawSpan) {
        guard case .cells(let shard, let firstSequence) = part else { return }
        let entries = Entry.entries(in: bytes)
        let first = Int(firstSequence) - 1
        guard first + entries.count <= shards[shard].entries.count else {
            return report(
                .acknowledgedIsDurable,
                "shard \(shard) recovered entry \(first + entries.count), but only \(shards[shard].entries.count) were written"
            )
        }
        for (offset, entry) in entries.enumerated() where shards[shard].entries[first + offset] != entry {
            return report(
                .acknowledgedIsDurable,
                "shard \(shard) recovered another entry \(first + offset + 1) than was written"
            )
        }
    }

    /// Recovery is over, and each shard goes on behind its head. Returns whether everything acknowledged is there.
    ///
    /// - Parameter isExcused: the disk has lied about its syncs, which one disk alone cannot survive.
    func recovered(heads: [UInt64], isExcused: Bool) -> Bool {
        var isWhole = true
        for (shard, head) in heads.enumerated() {
            let applied = shards[shard].applied
            if Int(head) < applied {
                isWhole = false
                if !isExcused {
                    report(
                        .acknowledgedIsDurable,
                        "shard \(shard) recovered \(head) entries, but \(applied) were durable"
                    )
                }
                continue
            }
            shards[shard].entries.removeSubrange(min(Int(head), shards[shard].entries.count)...)
            advance(shard: shard, through: head)
        }
        return isWhole
    }

    /// The state of a ledger that does nothing but read the journal from its first entry.
    func foldedDigest(ledgerPolicy: LedgerPolicy) -> StateDigest {
        var total = StateDigest.zero
        for shard in shards {
            var ledger = Ledger(policy: ledgerPolicy)
            do {
                try ledger.replay(shard.entries.span, firstSequence: 1)
                total += ledger.digest()
            } catch {
                report(.books, "the journal cannot be replayed: \(error)")
            }
        }
        return total
    }
}
