import SettlementLedger

/// The rules written down a second time, as plainly as possible: arrays, sorting, and sums computed anew each time.
///
/// It shares the vocabulary with the ledger and nothing else.
struct NaiveModel {
    struct OpenBill {
        var bill: Bill
        var outstanding: Int64
        var isFrozen: Bool
    }

    struct Account {
        var currency: Currency
        var cash: Int64 = 0
        var creditLimit: Int64
        var refunds: [Month: Int64] = [:]
        var funds: [Fund] = []
        var deferral: Deferral?
        var automatic = true
        var standing = Standing(state: .good, epoch: 0)
        var regions: RegionSet = []
        var bills: [OpenBill] = []
    }

    struct KeyUse {
        var account: AccountID
        var operation: Operation
        var outcome: Outcome
    }

    var offsetMinutes = 480
    var openBillsMax = 30_000
    var keyRetention = Int.max
    var restartNeedsMoreThan: (Currency) -> Int64 = { _ in 0 }
    var accounts: [AccountID: Account] = [:]
    var keys: [IdempotencyKey: KeyUse] = [:]
    var keyOrder: [IdempotencyKey] = []

    // MARK: Figures

    func month(_ time: Timestamp) -> Month { Month(containing: time, offsetMinutes: offsetMinutes) }

    func sorted(_ id: AccountID, frozen: Bool) -> [OpenBill] {
        accounts[id]!.bills.filter { $0.isFrozen == frozen }.sorted { a, b in
            if a.bill.month != b.bill.month { return a.bill.month < b.bill.month }
            if a.bill.line != b.bill.line { return a.bill.line == .provider }
            if a.bill.created != b.bill.created { return a.bill.created < b.bill.created }
            return a.bill.id < b.bill.id
        }
    }

    func due(_ id: AccountID) -> Int64 { sum(id, frozen: false) }
    func frozen(_ id: AccountID) -> Int64 { sum(id, frozen: true) }

    private func sum(_ id: AccountID, frozen: Bool) -> Int64 {
        accounts[id]!.bills.reduce(0) { $1.isFrozen == frozen ? $0 + $1.outstanding : $0 }
    }

    func credit(_ id: AccountID) -> Int64 {
        let account = accounts[id]!
        return account.cash + account.creditLimit + account.refunds.values.reduce(0, +) + held(id, .note) - frozen(id)
            - due(id)
    }

    func held(_ id: AccountID, _ kind: Fund.Kind) -> Int64 {
        accounts[id]!.funds.filter { $0.kind == kind }.reduce(0) { $0 + $1.amount.minorUnits }
    }

    /// In the order of use: by kind, then what expires first, then what is dedicated, then by id.
    func fundsInOrder(_ id: AccountID) -> [Fund] {
        accounts[id]!.funds.sorted { a, b in
            if a.kind != b.kind { return a.kind.rawValue < b.kind.rawValue }
            let (endA, endB) = (a.expiry?.rawValue ?? .max, b.expiry?.rawValue ?? .max)
            if endA != endB { return endA < endB }
            if (a.product == nil) != (b.product == nil) { return b.product == nil }
            return a.id < b.id
        }
    }

    /// Vouchers and cards that may pay this bill now.
    private func grants(for open: OpenBill, _ id: AccountID, _ time: Timestamp) -> [Fund] {
        let bill = open.bill
        return fundsInOrder(id).filter { fund in
            if fund.kind == .note || !open.isFrozen || bill.month != month(time) { return false }
            if let expiry = fund.expiry, expiry <= time { return false }
            return fund.product == nil || fund.product == bill.product
        }
    }

    private func sumOverflows(_ values: [Int64]) -> Bool {
        values.reduce(Int128(0)) { $0 + Int128($1) } > Int128(Int64.max)
    }

    // MARK: Commands

    mutating func apply(_ command: Command) -> Outcome {
        let id = command.account
        if command.key != .none, let use = keys[command.key] {
            if use.account == id, use.operation == command.operation { return use.outcome }
            return refused(.keyReused, id)
        }
        if let refusal = refusal(of: command) { return refused(refusal, id) }
        perform(command)
        let before = accounts[id]!.standing
        var outcome = payments(command)
        updateStanding(id, command.time)
        outcome.availableCredit = Amount(minorUnits: credit(id))
        outcome.standing = accounts[id]!.standing
        outcome.standingChanged = before != accounts[id]!.standing
        if command.key != .none {
            keys[command.key] = KeyUse(account: id, operation: command.operation, outcome: outcome)
            keyOrder.append(command.key)
            if keyOrder.count > keyRetention { keys[keyOrder.removeFirst()] = nil }
        }
        return outcome
    }

    private func refused(_ refusal: Refusal, _ id: AccountID) -> Outcome {
        guard let account = accounts[id] else { return Outcome(refusal: refusal) }
        return Outcome(
            refusal: refusal,
            availableCredit: Amount(minorUnits: credit(id)),
            standing: account.standing
        )
    }

    private func refusal(of command: Command) -> Refusal? {
        let id = command.account
        if case .openAccount(_, let limit) = command.operation {
            if accounts[id] != nil { return .accountExists }
            return limit < .zero ? .invalidCreditLimit : nil
        }
        guard let account = accounts[id] else { return .unknownAccount }
        let refunds = account.refunds.values.reduce(0, +)
        let funds = account.funds.map(\.amount.minorUnits)
        let mine = { (bill: BillID) in account.bills.first { $0.bill.id == bill } }
        switch command.operation {
        case .openAccount, .clearDeferral, .reassess, .expireFunds:
            return nil
        case .grantFund(let fund):
            if fund.amount.minorUnits <= 0 { return .invalidAmount }
            if fund.kind == .note {
                if fund.expiry != nil || fund.product != nil { return .invalidFund }
            } else if let expiry = fund.expiry, expiry <= command.time {
                return .invalidFund
            }
            if account.funds.contains(where: { $0.id == fund.id }) { return .fundExists }
            if account.funds.count >= 64 { return .tooManyFunds }
            return sumOverflows([account.cash, account.creditLimit, refunds, fund.amount.minorUnits] + funds)
                ? .overflow : nil
        case .recharge(let amount):
            if amount.minorUnits <= 0 { return .invalidAmount }
            return sumOverflows([account.cash, account.creditLimit, refunds, amount.minorUnits] + funds)
                ? .overflow : nil
        case .issueBill(let bill):
            if bill.amount.minorUnits < 0 || bill.fraction >= 1_000_000_000_000_000_000 { return .invalidAmount }
            if bill.amount.minorUnits == 0 && bill.fraction == 0 { return .invalidAmount }
            if bill.month > month(command.time) { return .monthNotOver }
            if account.bills.contains(where: { $0.bill.id == bill.id }) { return .billExists }
            if account.bills.count >= openBillsMax { return .tooManyOpenBills }
            return sumOverflows([due(id), frozen(id), bill.amount.minorUnits]) ? .overflow : nil
        case .writeOff(let bill):
            guard let open = mine(bill) else { return .billNotOpen }
            return reach(open, id, command.time) < open.outstanding ? .insufficientFunds : nil
        case .setCreditLimit(let limit):
            if limit.minorUnits < 0 { return .invalidCreditLimit }
            return sumOverflows([account.cash, refunds, limit.minorUnits] + funds) ? .overflow : nil
        case .setAutomaticWriteOff(let isOn):
            return !isOn && account.creditLimit == 0 ? .creditCustomersOnly : nil
        case .setDeferral(let deferral):
            if let quota = deferral.quota, quota.minorUnits < 0 { return .invalidAmount }
            return nil
        case .refund(let amount, let month):
            if amount.minorUnits <= 0 { return .invalidAmount }
            if month > self.month(command.time) { return .monthNotOver }
            return sumOverflows([account.cash, account.creditLimit, refunds, amount.minorUnits] + funds)
                ? .overflow : nil
        case .adjust(let bill, let amount):
            if amount.minorUnits <= 0 { return .invalidAmount }
            guard let open = mine(bill) else { return .billNotOpen }
            return amount.minorUnits > open.outstanding ? .exceedsOutstanding : nil
        case .chargeOff(let bill):
            return mine(bill) == nil ? .billNotOpen : nil
        case .withdraw(let amount):
            if amount.minorUnits <= 0 { return .invalidAmount }
            if due(id) > 0 || amount.minorUnits > account.cash - frozen(id) { return .insufficientFunds }
            return nil
        case .closeMonth(let month):
            return month >= self.month(command.time) ? .monthNotOver : nil
        }
    }

    /// What can be paid towards one chosen bill: its own hold does not count against it.
    private func reach(_ open: OpenBill, _ id: AccountID, _ time: Timestamp) -> Int64 {
        let account = accounts[id]!
        let holds = frozen(id) - (open.isFrozen ? open.outstanding : 0)
        let refunds = account.refunds.filter { $0.key <= open.bill.month }.values.reduce(0, +)
        let granted = grants(for: open, id, time).reduce(0) { $0 + $1.amount.minorUnits }
        let cash = max(0, min(account.cash, account.cash + account.creditLimit - holds))
        return granted + refunds + held(id, .note) + cash
    }

    private mutating func perform(_ command: Command) {
        let id = command.account
        switch command.operation {
        case .openAccount(let currency, let limit):
            accounts[id] = Account(currency: currency, creditLimit: limit.minorUnits)
        case .recharge(let amount): accounts[id]!.cash += amount.minorUnits
        case .withdraw(let amount): accounts[id]!.cash -= amount.minorUnits
        case .issueBill(var bill):
            let isFrozen = bill.month == month(command.time)
            if !isFrozen { bill.fraction = 0 }
            accounts[id]!.regions.insert(RegionSet(bill.region))
            accounts[id]!.bills.append(
                OpenBill(bill: bill, outstanding: bill.amount.minorUnits, isFrozen: isFrozen)
            )
        case .setCreditLimit(let limit):
            accounts[id]!.creditLimit = limit.minorUnits
            if limit == .zero { accounts[id]!.automatic = true }
        case .setAutomaticWriteOff(let isOn): accounts[id]!.automatic = isOn
        case .setDeferral(let deferral): accounts[id]!.deferral = deferral
        case .clearDeferral: accounts[id]!.deferral = nil
        case .refund(let amount, let month): accounts[id]!.refunds[month, default: 0] += amount.minorUnits
        case .adjust(let bill, let amount):
            change(bill, id) {
                $0.outstanding -= amount.minorUnits
                if $0.outstanding == 0 { $0.bill.fraction = 0 }
            }
        case .chargeOff(let bill):
            change(bill, id) {
                $0.outstanding = 0
                $0.bill.fraction = 0
            }
        case .closeMonth(let month):
            for open in accounts[id]!.bills where open.bill.month <= month {
                change(open.bill.id, id) {
                    $0.isFrozen = false
                    $0.bill.fraction = 0
                }
            }
        case .grantFund(let fund): accounts[id]!.funds.append(fund)
        case .expireFunds: accounts[id]!.funds.removeAll { $0.expiry.map { $0 <= command.time } ?? false }
        case .writeOff, .reassess: break
        }
        forgetSettledBills(id)
    }

    private mutating func change(_ bill: BillID, _ id: AccountID, _ body: (inout OpenBill) -> Void) {
        let place = accounts[id]!.bills.firstIndex { $0.bill.id == bill }!
        body(&accounts[id]!.bills[place])
    }

    private mutating func forgetSettledBills(_ id: AccountID) {
        accounts[id]!.bills.removeAll { $0.outstanding == 0 && $0.bill.fraction == 0 }
    }

    /// The chosen bill, then all due bills in order as far as funds reach.
    private mutating func payments(_ command: Command) -> Outcome {
        let id = command.account
        var outcome = Outcome()
        if case .issueBill(let bill) = command.operation, accounts[id]!.automatic,
            let open = accounts[id]!.bills.first(where: { $0.bill.id == bill.id })
        {
            payFromGrants(open, id, command.time, &outcome)
        }
        if case .writeOff(let chosen) = command.operation {
            let open = accounts[id]!.bills.first { $0.bill.id == chosen }!
            pay(open, id, cash: open.outstanding, command.time, &outcome)
            change(chosen, id) { $0.bill.fraction = 0 }
        }
        if accounts[id]!.automatic {
            for open in sorted(id, frozen: false) where open.outstanding > 0 {
                let account = accounts[id]!
                let payable = max(0, min(account.cash, account.cash + account.creditLimit - frozen(id)))
                pay(open, id, cash: payable, command.time, &outcome)
            }
        }
        forgetSettledBills(id)
        return outcome
    }

    private mutating func payFromGrants(_ open: OpenBill, _ id: AccountID, _ time: Timestamp, _ outcome: inout Outcome)
    {
        var left = open.outstanding
        for fund in grants(for: open, id, time) { use(fund, id, &left) }
        settle(open, id, left, &outcome)
        if open.outstanding > 0, left == 0 { change(open.bill.id, id) { $0.bill.fraction = 0 } }
    }

    private mutating func use(_ fund: Fund, _ id: AccountID, _ left: inout Int64) {
        let part = min(fund.amount.minorUnits, left)
        left -= part
        let place = accounts[id]!.funds.firstIndex { $0.id == fund.id }!
        accounts[id]!.funds[place].amount.minorUnits -= part
        if accounts[id]!.funds[place].amount == .zero { accounts[id]!.funds.remove(at: place) }
    }

    private mutating func pay(
        _ open: OpenBill,
        _ id: AccountID,
        cash: Int64,
        _ time: Timestamp,
        _ outcome: inout Outcome
    ) {
        var left = open.outstanding
        for fund in grants(for: open, id, time) { use(fund, id, &left) }
        for month in accounts[id]!.refunds.keys.sorted() where month <= open.bill.month {
            let part = min(accounts[id]!.refunds[month]!, left)
            left -= part
            accounts[id]!.refunds[month]! -= part
            if accounts[id]!.refunds[month] == 0 { accounts[id]!.refunds[month] = nil }
        }
        for fund in fundsInOrder(id) where fund.kind == .note { use(fund, id, &left) }
        let part = min(cash, left)
        accounts[id]!.cash -= part
        left -= part
        settle(open, id, left, &outcome)
    }

    private mutating func settle(_ open: OpenBill, _ id: AccountID, _ left: Int64, _ outcome: inout Outcome) {
        change(open.bill.id, id) { $0.outstanding = left }
        outcome.amountWrittenOff.minorUnits += open.outstanding - left
        if open.outstanding > 0, left == 0 { outcome.billsWrittenOff += 1 }
    }

    private mutating func updateStanding(_ id: AccountID, _ time: Timestamp) {
        let account = accounts[id]!
        let credit = credit(id)
        var covered = false
        if let deferral = account.deferral {
            covered = true
            if let quota = deferral.quota, max(0, -credit) > quota.minorUnits { covered = false }
            if let until = deferral.until, time > until { covered = false }
        }
        let state: Standing.State
        if account.standing.state == .good {
            state = credit < 0 && !covered ? .arrears : .good
        } else {
            let isClear = due(id) == 0 && credit > restartNeedsMoreThan(account.currency)
            state = covered || isClear ? .good : .arrears
        }
        if state != account.standing.state {
            accounts[id]!.standing = Standing(state: state, epoch: account.standing.epoch + 1)
        }
    }
}
