internal import Settlement

/// What a subscriber gets that was there from the beginning.
extension Auditor {
    /// - Parameter cursor: the cursor that came with them: everything up to it was delivered, now or before.
    func witness(_ notifications: [Notification], cursor: BusCursor) {
        for notification in notifications { check(notification) }
        for (shard, through) in cursor.sequences.enumerated() where through > witnessed[shard] {
            let seen = Set(notifications.lazy.filter { $0.shard == shard }.map(\.sequence))
            let end = min(Int(through), shards[shard].entries.count)
            for index in min(Int(witnessed[shard]), end)..<end where shards[shard].entries[index].standingChange != nil
            {
                if !seen.contains(UInt64(index + 1)) {
                    report(.notifications, "the change of standing \(index + 1) of shard \(shard) was never delivered")
                }
            }
            witnessed[shard] = through
        }
    }

    private func check(_ notification: Notification) {
        let shard = notification.shard
        let sequence = notification.sequence
        if sequence > UInt64(shards[shard].applied) {
            return report(.notifications, "notification \(sequence) of shard \(shard) was told before it was durable")
        }
        let change = shards[shard].entries[Int(sequence) - 1].standingChange
        let told = StandingChange(
            account: notification.account,
            standing: notification.standing,
            regions: notification.regions,
            time: notification.time
        )
        if change != told {
            report(
                .notifications,
                "notification \(sequence) of shard \(shard) tells \(told), the journal \(String(describing: change))"
            )
        }
    }

    /// Whether every durable change has been delivered.
    var isAllWitnessed: Bool { shards.indices.allSatisfy { unwitnessed(shard: $0) == nil } }

    /// Every durable change has been delivered.
    func checkAllWitnessed() {
        for shard in shards.indices {
            guard let change = unwitnessed(shard: shard) else { continue }
            report(.notifications, "the change of standing \(change) of shard \(shard) was never delivered")
        }
    }

    /// The last change of a shard, if it has not been delivered.
    private func unwitnessed(shard: Int) -> Int? {
        let last = shards[shard].entries.prefix(shards[shard].applied).lastIndex { $0.standingChange != nil }
        guard let last, witnessed[shard] < UInt64(last + 1) else { return nil }
        return last + 1
    }
}

extension Auditor {
    /// A subscriber was told that the past of these shards is gone, which a journal may say that has removed it.
    func excuse(_ gone: [Int], through cursor: BusCursor) {
        for shard in gone { witnessed[shard] = max(witnessed[shard], cursor.sequences[shard]) }
    }
}
