internal import SettlementLedger

/// Decides whom an arrival of one kind in one stage is about, and how much is paid in.
struct ArrivalMaker: Sendable {
    private let kind: ArrivalKind
    private let takesSuspended: Bool
    private let amounts: Sampler?
    private let population: Population
    private let suspended: SuspendedOrder

    /// `nil` when nothing of the kind arrives in the stage.
    init?(_ kind: ArrivalKind, in stage: StageProfile, population: Population, suspended: SuspendedOrder) {
        guard let load = stage.load(kind) else { return nil }
        self.kind = kind
        self.population = population
        self.suspended = suspended
        takesSuspended = load.accounts == .suspended && !suspended.accounts.isEmpty
        if kind == .recharge, case .distributed(let distribution) = stage.recharges?.amount {
            amounts = Sampler(distribution)
        } else {
            amounts = nil
        }
    }

    /// - Parameters:
    ///   - position: in the order of the suspended accounts; it moves on by `stride` when one is taken.
    func arrival(
        at time: Int64,
        number: UInt64,
        position: inout Int,
        stride: Int = 1,
        random: inout RandomStream
    ) -> Arrival {
        let draw = random.next()
        var account = UInt32(random.next(below: UInt64(population.accountCount)))
        var amount = Amount.zero
        if takesSuspended {
            let place = position % suspended.accounts.count
            account = suspended.accounts[place]
            if !suspended.clearingAmounts.isEmpty { amount = suspended.clearingAmounts[place] }
            position += stride
        } else if kind == .recharge {
            // Somebody who owes nothing pays a round sum.
            amount = Amount(minorUnits: 100 * population.currency(ofAccount: Int(account)).minorUnitsPerMajor)
        }
        if let amounts { amount = Amount(minorUnits: amounts.next(&random)) }
        return Arrival(time: time, kind: kind, account: account, number: number, amount: amount, draw: draw)
    }
}
