internal import SettlementLedger

extension Notification {
    /// What a journaled change of standing says to compute.
    init(_ change: StandingChange, shard: Int, sequence: UInt64) {
        self.init(
            shard: shard,
            sequence: sequence,
            account: change.account,
            standing: change.standing,
            regions: change.regions,
            time: change.time
        )
    }
}
