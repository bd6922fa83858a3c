internal import SettlementLedger

/// The suspended accounts in the order in which they pay, with what clears each.
struct SuspendedOrder: Sendable {
    let accounts: [UInt32]
    let clearingAmounts: [Amount]

    init(profile: LoadProfile, population: Population) {
        var accounts = population.suspendedAccounts
        var random = RandomStream(seed: profile.seed, purpose: .rechargeOrder)
        for index in accounts.indices.dropFirst().reversed() {
            accounts.swapAt(index, Int(random.next(below: UInt64(index + 1))))
        }
        self.accounts = accounts
        let clears = profile.stages.contains { $0.recharges?.amount == .clears }
        var amounts: [Amount] = []
        var chunk = PopulationChunk()
        for start in stride(from: 0, to: clears ? accounts.count : 0, by: 1_024) {
            population.fill(&chunk, with: accounts[start..<min(start + 1_024, accounts.count)].lazy.map { Int($0) })
            amounts.append(contentsOf: chunk.accounts.lazy.map(\.clearingAmount))
        }
        clearingAmounts = amounts
    }
}
