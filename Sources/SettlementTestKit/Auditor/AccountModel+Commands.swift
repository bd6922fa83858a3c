internal import Settlement

extension AccountModel {
    /// Why an open account would refuse a command; `nil`: it would not. Keys are not looked at.
    func refusal(of operation: Operation, at time: Timestamp, policy: ModelPolicy) -> Refusal? {
        switch operation {
        case .openAccount: return .accountExists
        case .clearDeferral, .reassess, .expireFunds: return nil
        case .recharge(let amount): return amount.minorUnits > 0 ? nil : .invalidAmount
        case .setCreditLimit(let limit): return limit.minorUnits < 0 ? .invalidCreditLimit : nil
        case .setAutomaticWriteOff(let isOn): return !isOn && creditLimit == 0 ? .creditCustomersOnly : nil
        case .setDeferral(let deferral):
            return (deferral.quota?.minorUnits ?? 0) < 0 ? .invalidAmount : nil
        case .grantFund(let fund):
            if fund.amount.minorUnits <= 0 { return .invalidAmount }
            let isNoteWithTerms = fund.kind == .note && (fund.expiry != nil || fund.product != nil)
            if isNoteWithTerms || fund.expiry.map({ $0 <= time }) ?? false { return .invalidFund }
            if funds.contains(where: { $0.id == fund.id }) { return .fundExists }
            return funds.count < Fund.countMax ? nil : .tooManyFunds
        case .issueBill(let issued):
            if issued.amount.minorUnits < 0 || issued.fraction >= ModelPolicy.unitFraction { return .invalidAmount }
            if issued.amount.minorUnits == 0 && issued.fraction == 0 { return .invalidAmount }
            if issued.month > policy.month(time) { return .monthNotOver }
            if bill(issued.id) != nil { return .billExists }
            return bills.count >= policy.openBillsMax ? .tooManyOpenBills : nil
        case .writeOff(let id):
            guard let open = bill(id) else { return .billNotOpen }
            return reach(open, at: time, policy) < open.outstanding ? .insufficientFunds : nil
        case .refund(let amount, let month):
            if amount.minorUnits <= 0 { return .invalidAmount }
            return month > policy.month(time) ? .monthNotOver : nil
        case .adjust(let id, let amount):
            if amount.minorUnits <= 0 { return .invalidAmount }
            guard let open = bill(id) else { return .billNotOpen }
            return amount.minorUnits > open.outstanding ? .exceedsOutstanding : nil
        case .chargeOff(let id): return bill(id) == nil ? .billNotOpen : nil
        case .withdraw(let amount):
            if amount.minorUnits <= 0 { return .invalidAmount }
            return due > 0 || amount.minorUnits > cash - frozen ? .insufficientFunds : nil
        case .closeMonth(let month): return month >= policy.month(time) ? .monthNotOver : nil
        }
    }

    /// Does what a command asks for and everything that follows from it.
    mutating func apply(_ operation: Operation, at time: Timestamp, policy: ModelPolicy) -> Effect {
        var effect = Effect()
        switch operation {
        case .openAccount, .reassess: break
        case .grantFund(let fund): funds.append(fund)
        case .expireFunds: funds.removeAll { $0.expiry.map { $0 <= time } ?? false }
        case .recharge(let amount): cash += amount.minorUnits
        case .withdraw(let amount): cash -= amount.minorUnits
        case .setCreditLimit(let limit):
            creditLimit = limit.minorUnits
            if creditLimit == 0 { writesOffAutomatically = true }
        case .setAutomaticWriteOff(let isOn): writesOffAutomatically = isOn
        case .setDeferral(let granted): deferral = granted
        case .clearDeferral: deferral = nil
        case .refund(let amount, let month): add(amount.minorUnits, to: month)
        case .issueBill(let issued): issue(issued, at: time, policy: policy, &effect)
        case .writeOff(let id):
            if let open = bill(id) { pay(id, cash: open.outstanding, at: time, policy, &effect) }
            finish(id, &effect)
        case .adjust(let id, let amount):
            if let place = place(of: id) { bills[place].outstanding -= amount.minorUnits }
            finish(id, &effect)
        case .chargeOff(let id):
            if let place = place(of: id) { bills[place].outstanding = 0 }
            finish(id, &effect)
        case .closeMonth(let month): close(month, &effect)
        }
        payDueBills(at: time, policy, &effect)
        judge(at: time, policy: policy, &effect)
        return effect
    }

    private mutating func issue(_ issued: Bill, at time: Timestamp, policy: ModelPolicy, _ effect: inout Effect) {
        let isFrozen = issued.month == policy.month(time)
        regions.insert(RegionSet(issued.region))
        bills.append(
            OpenBill(
                bill: issued,
                outstanding: issued.amount.minorUnits,
                fraction: issued.fraction,
                isFrozen: isFrozen
            )
        )
        if !isFrozen { roundDown(issued.id, &effect) }
        // A bill of nothing but a fraction waits for the end of its month.
        if writesOffAutomatically, let open = bill(issued.id), open.outstanding > 0 {
            use(grants(for: open, at: time, policy), for: issued.id, &effect)
            finish(issued.id, &effect)
        }
    }

    private mutating func use(_ chosen: [Fund], for id: BillID, _ effect: inout Effect) {
        guard let place = place(of: id) else { return }
        for fund in chosen {
            let part = min(fund.amount.minorUnits, bills[place].outstanding)
            guard part > 0, let index = funds.firstIndex(where: { $0.id == fund.id }) else { continue }
            funds[index].amount.minorUnits -= part
            bills[place].outstanding -= part
            effect.payments.append(
                Payment(bill: id, amount: part, fund: fund.id, left: bills[place].outstanding)
            )
        }
        funds.removeAll { $0.amount == .zero }
    }

    private mutating func close(_ month: Month, _ effect: inout Effect) {
        for open in billsInOrder where open.isFrozen && open.bill.month <= month {
            roundDown(open.bill.id, &effect)
            if let place = place(of: open.bill.id) { bills[place].isFrozen = false }
        }
    }

    /// A bill of which nothing is owed but a fraction is given that, and is gone.
    private mutating func finish(_ id: BillID, _ effect: inout Effect) {
        guard let open = bill(id), open.outstanding == 0 else { return }
        roundDown(id, &effect)
        bills.removeAll { $0.bill.id == id }
    }

    private mutating func roundDown(_ id: BillID, _ effect: inout Effect) {
        guard let place = place(of: id), bills[place].fraction > 0 else { return }
        effect.roundDowns.append(RoundDown(bill: id, fraction: bills[place].fraction))
        bills[place].fraction = 0
        bills[place].bill.fraction = 0
        if bills[place].outstanding == 0 { bills.remove(at: place) }
    }

    private mutating func payDueBills(at time: Timestamp, _ policy: ModelPolicy, _ effect: inout Effect) {
        guard writesOffAutomatically else { return }
        for open in billsInOrder where !open.isFrozen {
            pay(open.bill.id, cash: max(0, min(cash, cash + creditLimit - frozen)), at: time, policy, &effect)
            if bill(open.bill.id)?.outstanding == 0 { bills.removeAll { $0.bill.id == open.bill.id } }
        }
    }

    private mutating func pay(
        _ id: BillID,
        cash payable: Int64,
        at time: Timestamp,
        _ policy: ModelPolicy,
        _ effect: inout Effect
    ) {
        guard let place = place(of: id) else { return }
        use(grants(for: bills[place], at: time, policy), for: id, &effect)
        for index in books.indices where books[index].month <= bills[place].bill.month {
            let part = min(books[index].amount, bills[place].outstanding)
            guard part > 0 else { continue }
            books[index].amount -= part
            bills[place].outstanding -= part
            effect.payments.append(
                Payment(bill: id, amount: part, book: books[index].month, left: bills[place].outstanding)
            )
        }
        books.removeAll { $0.amount == 0 }
        use(fundsInOrder.filter { $0.kind == .note }, for: id, &effect)
        let part = min(payable, bills[place].outstanding)
        guard part > 0 else { return }
        cash -= part
        bills[place].outstanding -= part
        effect.payments.append(Payment(bill: id, amount: part, book: nil, left: bills[place].outstanding))
    }

    private mutating func add(_ amount: Int64, to month: Month) {
        if let index = books.firstIndex(where: { $0.month == month }) {
            books[index].amount += amount
        } else {
            books.append(RefundBook(month: month, amount: amount))
            books.sort { $0.month < $1.month }
        }
    }

    /// In good standing until credit is below zero with no deferral to cover it; in arrears until everything due is paid
    /// and credit is above the floor, or a deferral covers.
    private mutating func judge(at time: Timestamp, policy: ModelPolicy, _ effect: inout Effect) {
        let credit = availableCredit
        let isCovered =
            if let deferral {
                (deferral.quota.map { max(0, -credit) <= $0.minorUnits } ?? true)
                    && (deferral.until.map { time <= $0 } ?? true)
            } else {
                false
            }
        let mayRun =
            switch state {
            case .good: credit >= 0 || isCovered
            case .arrears: isCovered || (due == 0 && policy.mayRestart(credit, currency))
            }
        guard mayRun != (state == .good) else { return }
        state = mayRun ? .good : .arrears
        epoch += 1
        effect.standingChanged = true
    }

    private func place(of id: BillID) -> Int? { bills.firstIndex { $0.bill.id == id } }
}

/// The vendor's rules as the model needs them.
struct ModelPolicy {
    /// 10⁻¹⁸ minor units in one.
    static let unitFraction: UInt64 = 1_000_000_000_000_000_000

    var offsetMinutes: Int
    var restartsAtFloor: Bool
    var restartFloor: Int64
    /// Open bills that an account may have.
    var openBillsMax: Int

    func month(_ time: Timestamp) -> Month { Month(containing: time, offsetMinutes: offsetMinutes) }

    func mayRestart(_ credit: Int64, _ currency: Currency) -> Bool {
        restartsAtFloor ? credit >= restartFloor : credit > restartFloor
    }
}
