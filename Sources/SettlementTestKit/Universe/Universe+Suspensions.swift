internal import Settlement

/// Payments that arrive while a suspension is on its way: the customer has paid, so nothing of theirs may stay stopped.
extension Universe {
    /// A stop order leaves. Often its account pays just now, and then nothing more happens to it, so that the end shows
    /// what has become of its servers.
    func stopLeaves(for account: AccountID) {
        stopsOnTheirWay[account, default: 0] += 1
        guard !isHealing, simulation.happens(perMille: scale.overtakingPayments) else { return }
        let reaches = [1, 1_000_000, 2 * UniverseScale.second, 20 * UniverseScale.second]
        let reach = reaches[Int(simulation.random(below: 4))]
        let isLast = simulation.happens(perMille: 300)
        simulation.schedule(afterNanoseconds: simulation.random(below: reach)) { [self] in
            guard !isHealing, !isHalted, let known = auditor.model(of: account) else { return }
            guard let payment = workload.payment(of: account, in: known, at: simulation.clock.wallTime) else { return }
            if isLast { workload.leaveAlone(account) }
            ask(Request([payment], lane: .interactive))
        }
    }

    /// The cloud has answered a stop order, or never will.
    func stopArrived(for account: AccountID) { stopsOnTheirWay[account, default: 1] -= 1 }

    /// An account has come back to good standing.
    func cleared(_ account: AccountID, epoch: UInt32) {
        let isOvertaken =
            stopsOnTheirWay[account, default: 0] > 0
            || regions.enumerated().contains { workload.isStopping(account, in: $1, number: $0) }
        guard isOvertaken else { return }
        counts.paymentsDuringSuspension += 1
        overtakings[account] = epoch
        trace("account \(account.rawValue) has paid while its suspension is on its way")
    }
}
