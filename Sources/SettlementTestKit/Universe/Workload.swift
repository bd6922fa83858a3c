internal import Settlement

/// What customers, billing and users do: random, but not blind, since most commands that mean nothing test nothing.
final class Workload {
    private struct Server {
        var id: InstanceID
        var account: AccountID
        /// Stopped by its user: nobody else may start it.
        var isStoppedByUser: Bool
        /// When somebody else has ordered it to start, last.
        var startOrderedAt = Int64.min / 2
        /// Held by a lock of somebody else, or paid in advance: nobody may touch it.
        var isUntouchable: Bool
    }

    let accounts: [AccountID]
    /// Accounts to which something may still happen.
    private var lively: [AccountID]
    private let regionCount: Int
    private let policy: ModelPolicy
    private var generator: SplitMix64
    private var servers: [[Server]]
    private var lastKey: UInt64 = 0
    private var lastBill: UInt64 = 0
    private var issued: [Command] = []
    private var nextOpening = 0

    init(seed: UInt64, accounts: Int, regions: Int, policy: ModelPolicy) {
        generator = SplitMix64(seed: seed ^ 0xB111)
        self.accounts = (1...accounts).map { AccountID(UInt64($0)) }
        lively = self.accounts
        regionCount = regions
        self.policy = policy
        servers = [[Server]](repeating: [], count: regions)
    }

    // MARK: Commands

    /// Opens most of the accounts; the others are opened, or not, along the way.
    var openings: [Command] { accounts.dropLast().map { opening(of: $0, at: Timestamp(seconds: 1_790_000_000)) } }

    private func opening(of account: AccountID, at time: Timestamp) -> Command {
        let limit = Amount(minorUnits: below(3) == 0 ? Int64(below(20_000)) : 0)
        return keyed(.openAccount(currency: Currency.allCases[below(7)], creditLimit: limit), account, time)
    }

    /// The next command. The model of an account, if it is open, helps to choose something that matters.
    func next(at time: Timestamp, _ model: (AccountID) -> AccountModel?) -> Command {
        let account = lively[below(lively.count)]
        let dice = below(100)
        if dice < 5, let earlier = issued.randomElement(using: &generator) { return again(earlier, at: time) }
        guard let known = model(account) else { return opening(of: account, at: time) }
        let month = policy.month(time)
        let operation: Operation =
            switch dice {
            case ..<30: .issueBill(bill(of: account, in: known, month: month, at: time))
            case ..<49: .recharge(recharge(known))
            case ..<54: .grantFund(fund(at: time))
            case ..<55: .expireFunds
            case ..<63: known.bills.randomElement(using: &generator).map { .writeOff($0.bill.id) } ?? .reassess
            case ..<68: .setCreditLimit(Amount(minorUnits: Int64(below(4) * 5_000) - (below(20) == 0 ? 1 : 0)))
            case ..<71: .setAutomaticWriteOff(below(2) == 0)
            case ..<77: .setDeferral(deferral(at: time))
            case ..<79: .clearDeferral
            case ..<84: .refund(Amount(minorUnits: Int64(below(4_000))), month: below(3) == 0 ? month.previous : month)
            case ..<88:
                known.bills.randomElement(using: &generator).map { .adjust($0.bill.id, by: part(of: $0)) } ?? .reassess
            case ..<91: known.bills.randomElement(using: &generator).map { .chargeOff($0.bill.id) } ?? .reassess
            case ..<95: .withdraw(Amount(minorUnits: Int64(below(6_000))))
            case ..<98: .closeMonth(below(2) == 0 ? month : month.previous)
            default: .reassess
            }
        return keyed(operation, account, time)
    }

    /// Earlier requests come again: the same, with another body, or later.
    private func again(_ earlier: Command, at time: Timestamp) -> Command {
        var command = earlier
        if below(2) == 0 { command.time = time }
        if below(4) == 0 { command.operation = .recharge(Amount(minorUnits: 77)) }
        return command
    }

    /// Most requests carry a key.
    private func keyed(_ operation: Operation, _ account: AccountID, _ time: Timestamp) -> Command {
        lastKey += 1
        let key = below(12) == 0 ? .none : IdempotencyKey(high: 0x5EED, low: lastKey)
        let command = Command(operation, account: account, time: time, key: key)
        if key != .none { issued.append(command) }
        return command
    }

    private func bill(of account: AccountID, in known: AccountModel, month: Month, at time: Timestamp) -> Bill {
        lastBill += 1
        let isRepeated = below(30) == 0
        let months = [month, month, month, month.previous, month.previous, month.previous.previous, month.next]
        return Bill(
            id: isRepeated ? known.bills.first?.bill.id ?? BillID(lastBill) : BillID(lastBill),
            month: months[below(below(20) == 0 ? 7 : 6)],
            line: below(4) == 0 ? .marketplace : .provider,
            product: ProductCode(UInt16(below(5))),
            region: RegionID(UInt8(below(regionCount))),
            created: Timestamp(rawValue: time.rawValue - Int64(below(3)) * UniverseScale.second),
            amount: Amount(minorUnits: Int64(below(30) == 0 ? 0 : 1 + below(9_000))),
            fraction: below(2) == 0 ? 0 : UInt64(below(1_000_000_000)) * 1_000_000_000
        )
    }

    /// Often exactly what is owed, so that accounts come back to life.
    private func recharge(_ known: AccountModel) -> Amount {
        let missing = max(0, known.due + known.frozen - known.cash)
        let choices = [missing, missing + 1, missing + 2_500, known.due, missing / 2, Int64(below(20_000)), 1, 0]
        return Amount(minorUnits: choices[below(choices.count)])
    }

    /// Enough to bring an account back to good standing at once; `nil`: nothing would, since its bills wait for orders.
    func payment(of account: AccountID, in known: AccountModel, at time: Timestamp) -> Command? {
        guard known.writesOffAutomatically else { return nil }
        let missing = max(0, known.due + known.frozen - known.cash)
        return keyed(.recharge(Amount(minorUnits: missing + policy.restartFloor + 1)), account, time)
    }

    /// Nothing new happens to an account from now on, unless it is the last one.
    func leaveAlone(_ account: AccountID) {
        if lively.count > 1 { lively.removeAll { $0 == account } }
    }

    private func fund(at time: Timestamp) -> Fund {
        let kind = Fund.Kind.allCases[below(3)]
        let expiry = Timestamp(rawValue: time.rawValue + Int64(below(200) - 2) * UniverseScale.second)
        return Fund(
            id: FundID(UInt64(below(500))),
            kind: kind,
            amount: Amount(minorUnits: Int64(below(6_000))),
            expiry: kind != .note && below(3) > 0 ? expiry : nil,
            product: kind != .note && below(3) == 0 ? ProductCode(UInt16(below(5))) : nil
        )
    }

    private func deferral(at time: Timestamp) -> Deferral {
        let until = Timestamp(rawValue: time.rawValue + Int64(below(120)) * UniverseScale.second)
        return Deferral(
            quota: below(2) == 0 ? Amount(minorUnits: Int64(below(15_000))) : nil,
            until: below(3) > 0 ? until : nil
        )
    }

    private func part(of open: AccountModel.OpenBill) -> Amount {
        let parts = [open.outstanding, open.outstanding / 2 + 1, 1, open.outstanding + 1]
        return Amount(minorUnits: parts[below(parts.count)])
    }

    private func below(_ bound: Int) -> Int { Int.random(in: 0..<bound, using: &generator) }
}

// MARK: Servers

extension Workload {
    /// Gives every account a few servers.
    func populate(_ regions: [SimulatedRegion]) {
        for (number, region) in regions.enumerated() {
            for account in accounts {
                for _ in 0..<below(4) { servers[number].append(server(of: account, in: region)) }
            }
        }
    }

    private func server(of account: AccountID, in region: SimulatedRegion) -> Server {
        let dice = below(10)
        let id = region.add(
            account: account,
            state: dice == 0 ? .stopped : .running,
            locks: dice == 1 ? .security : [],
            isPrepaid: dice == 2
        )
        return Server(id: id, account: account, isStoppedByUser: dice == 0, isUntouchable: dice == 1 || dice == 2)
    }

    /// Somebody else orders a server to start.
    func startOrdered(_ id: InstanceID, number: Int, at now: Int64) {
        guard let index = servers[number].firstIndex(where: { $0.id == id }) else { return }
        servers[number][index].startOrderedAt = now
    }

    /// A user stops a server that runs; returns which. It has to stay stopped.
    ///
    /// Not one that was just ordered to start: an order that is repeated because its answer was lost may be older than
    /// what its user does, and no cloud lets one tell.
    func userStopsSomething(
        in region: SimulatedRegion,
        number: Int,
        at now: Int64,
        _ random: (Int64) -> Int64
    ) -> InstanceID? {
        guard !servers[number].isEmpty else { return nil }
        let index = Int(random(Int64(servers[number].count)))
        let server = servers[number][index]
        guard !server.isUntouchable, region.instance(server.id).state == .running,
            region.instance(server.id).mark == nil, now - server.startOrderedAt > 120 * UniverseScale.second
        else { return nil }
        region.set(server.id, state: .stopped)
        servers[number][index].isStoppedByUser = true
        return server.id
    }

    /// The cloud finishes what it had forgotten.
    func releaseStuckInstances(of region: SimulatedRegion) {
        for number in 0..<region.count {
            let instance = region.instance(InstanceID(UInt64(number)))
            if instance.state == .starting { region.set(instance.id, state: .running) }
        }
    }

    /// Whether a server of the account is on its way down.
    func isStopping(_ account: AccountID, in region: SimulatedRegion, number: Int) -> Bool {
        servers[number].contains { $0.account == account && region.instance($0.id).state == .stopping }
    }

    /// Servers that are not as their account's standing wants them.
    func disobedient(
        in region: SimulatedRegion,
        number: Int,
        _ standing: (AccountID) -> Standing?
    ) -> [(account: AccountID, problem: String)] {
        servers[number].compactMap { server in
            guard let wanted = standing(server.account)?.state else { return nil }
            let instance = region.instance(server.id)
            let isRunning = instance.state == .running
            let shouldRun =
                server.isUntouchable ? isRunning : wanted == .good && !server.isStoppedByUser
            guard isRunning != shouldRun else { return nil }
            let problem =
                "instance \(server.id.rawValue) of region \(number) is \(instance.state) while account "
                + "\(server.account.rawValue) is in \(wanted); stopped by its user: \(server.isStoppedByUser)"
            return (server.account, problem)
        }
    }
}
