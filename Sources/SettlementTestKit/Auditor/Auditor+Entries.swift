internal import Settlement

extension Auditor {
    /// Recomputes one command from the entries that it left.
    func apply(_ group: [Entry], shard: Int, sequence: UInt64) {
        guard let first = group.first, first.kind != .monthCheckpoint else { return }
        let place = EntryPlace(shard: shard, sequence: sequence)
        guard let command = Command(behind: group) else {
            return report(.rules, "\(place): \(group.map { $0.rawKind }) are not the entries of a command")
        }
        claim(command, place)
        onCommand?("\(place): \(command.line), \(group.count) entries")
        let account = command.account
        var model: AccountModel
        if case .openAccount(let currency, let limit) = command.operation {
            if self.model(of: account) != nil {
                report(.rules, "\(place): account \(account.rawValue) was opened twice")
            }
            model = AccountModel(currency: currency, creditLimit: limit.minorUnits)
            if histories[account] == nil { histories[account] = [Version()] }
            accounts.append(account)
        } else {
            guard let known = self.model(of: account) else {
                return report(.rules, "\(place): account \(account.rawValue) is not open")
            }
            model = known
            if let refusal = model.refusal(of: command.operation, at: command.time, policy: policy) {
                report(.rules, "\(place): \(command.operation.line) should have been refused: \(refusal)")
            }
        }
        let before = model
        let effect = model.apply(command.operation, at: command.time, policy: policy)
        compare(effect, of: command, from: before, to: model, with: group, place)
        let outcome = Self.outcome(of: effect, model)
        histories[account]?.append(Version(model: model, command: command, outcome: outcome))
        if effect.standingChanged, model.state == .good { onClearing(account, model.epoch) }
        if command.key != .none {
            if keys[command.key] != nil { report(.oneEffectPerKey, "\(place): \(command.key) had its effect twice") }
            keys[command.key] = KeyUse(command: command, outcome: outcome)
        }
    }

    static func outcome(of effect: AccountModel.Effect, _ model: AccountModel) -> Outcome {
        Outcome(
            billsWrittenOff: UInt32(effect.payments.count { $0.left == 0 }),
            amountWrittenOff: Amount(minorUnits: effect.payments.reduce(0) { $0 + $1.amount }),
            availableCredit: Amount(minorUnits: model.availableCredit),
            standing: model.standing,
            standingChanged: effect.standingChanged
        )
    }

    /// Every entry goes back to somebody who asked.
    private func claim(_ command: Command, _ place: EntryPlace) {
        if command.key != .none {
            let isAsked = intents[command.key]?.contains { $0.isSameRequest(as: command) } ?? false
            if !isAsked {
                report(.oneEffectPerKey, "\(place): nobody asked for \(command.operation.line) under \(command.key)")
            }
            return
        }
        switch command.operation {
        case .reassess, .expireFunds: break
        case .closeMonth(let month) where monthsToClose.contains { $0 >= month }: break
        default:
            if let index = keylessIntents.firstIndex(where: { command.isExplained(by: $0) }) {
                keylessIntents.remove(at: index)
            } else {
                report(
                    .oneEffectPerKey,
                    "\(place): nobody asked for \(command.operation.line) of \(command.account.rawValue)"
                )
            }
        }
    }

    private func compare(
        _ effect: AccountModel.Effect,
        of command: Command,
        from before: AccountModel,
        to after: AccountModel,
        with group: [Entry],
        _ place: EntryPlace
    ) {
        func what() -> String { "\(place): \(command.line)" }
        let payments = group.compactMap(\.payment)
        if payments != effect.payments { report(.rules, "\(what()) paid \(payments), expected \(effect.payments)") }
        let roundDowns = group.compactMap(\.roundDown)
        if roundDowns != effect.roundDowns {
            report(.rules, "\(what()) rounded \(roundDowns), expected \(effect.roundDowns)")
        }
        let changes = group.compactMap(\.standingChange)
        let expected =
            effect.standingChanged
            ? [
                StandingChange(
                    account: command.account,
                    standing: after.standing,
                    regions: after.regions,
                    time: command.time
                )
            ]
            : []
        if changes != expected { report(.rules, "\(what()) changed the standing to \(changes), expected \(expected)") }
        if let problem = amountProblem(command, before, group) { report(.rules, "\(what()) \(problem)") }
        if after.cash < 0 { report(.books, "\(what()) left cash at \(after.cash)") }
    }

    /// What entries tell besides payments, rounding and standing.
    private func amountProblem(_ command: Command, _ before: AccountModel, _ group: [Entry]) -> String? {
        switch command.operation {
        case .chargeOff(let id):
            let owed = before.bill(id)?.outstanding
            return group[0].amount == owed ? nil : "gave up \(group[0].amount), but \(owed ?? 0) was owed"
        case .closeMonth(let month):
            let closing = before.bills.filter { $0.isFrozen && $0.bill.month <= month && $0.outstanding > 0 }
            let sum = closing.reduce(0) { $0 + $1.outstanding }
            guard let entry = group.first(where: { $0.kind == .monthClosed }) else { return nil }
            let isRight = entry.amount == sum && entry.detail == UInt64(closing.count)
            return isRight
                ? nil : "made \(entry.amount) of \(entry.detail) bills due, expected \(sum) of \(closing.count)"
        case .issueBill(let bill):
            let isFrozen = bill.month == policy.month(command.time)
            return group[0].flags.contains(.frozen) == isFrozen
                ? nil : "should have been \(isFrozen ? "frozen" : "due")"
        case .expireFunds:
            let expired = before.fundsInOrder.filter { $0.expiry.map { $0 <= command.time } ?? false }
            let ended = group.filter { $0.kind == .fundExpired }.map { [$0.bill, UInt64($0.amount)] }
            let expected = expired.map { [$0.id.rawValue, UInt64($0.amount.minorUnits)] }
            return ended == expected ? nil : "ended \(ended), expected \(expected)"
        default: return nil
        }
    }
}

/// Where a command's entries begin.
struct EntryPlace: CustomStringConvertible {
    var shard: Int
    var sequence: UInt64

    var description: String { "shard \(shard), entry \(sequence)" }
}

extension Entry {
    var payment: AccountModel.Payment? {
        guard kind == .writtenOff || kind == .writtenOffFromRefunds || kind == .writtenOffFromFund else { return nil }
        return AccountModel.Payment(
            bill: BillID(bill),
            amount: amount,
            book: kind == .writtenOffFromRefunds ? Month(rawValue: UInt16(truncatingIfNeeded: keyLow)) : nil,
            fund: kind == .writtenOffFromFund ? FundID(keyLow) : nil,
            left: Int64(truncatingIfNeeded: detail)
        )
    }

    var roundDown: AccountModel.RoundDown? {
        kind == .roundedDown ? AccountModel.RoundDown(bill: BillID(bill), fraction: detail) : nil
    }
}

extension Command {
    /// The command that left these entries, read from the one that carries its body; `nil`: no command leaves such
    /// entries. One that only gave fractions away closed their months, and one that only changed the standing was a
    /// reassessment.
    init?(behind group: [Entry]) {
        guard let first = group.first else { return nil }
        let time = Timestamp(rawValue: first.time)
        let account = AccountID(first.account)
        guard let body = group.first(where: \.isBody) else {
            let closed = group.filter { $0.kind == .roundedDown }.map { Month(rawValue: $0.month) }.max()
            self.init(closed.map { .closeMonth($0) } ?? .reassess, account: account, time: time)
            return
        }
        guard let operation = Operation(of: body, fraction: group.first { $0.kind == .billFraction }?.detail ?? 0)
        else {
            return nil
        }
        let key = IdempotencyKey(high: body.keyHigh, low: body.keyLow)
        self.init(operation, account: account, time: time, key: key)
    }
}

extension Operation {
    fileprivate init?(of body: Entry, fraction: UInt64) {
        let amount = Amount(minorUnits: body.amount)
        switch body.kind {
        case .accountOpened:
            guard let currency = Currency(rawValue: body.rawCurrency) else { return nil }
            self = .openAccount(currency: currency, creditLimit: amount)
        case .recharged: self = .recharge(amount)
        case .billIssued: self = .issueBill(Bill(of: body, fraction: fraction))
        case .writeOffOrdered: self = .writeOff(BillID(body.bill))
        case .creditLimitSet: self = .setCreditLimit(amount)
        case .automaticWriteOffSet: self = .setAutomaticWriteOff(body.detail == 1)
        case .deferralSet:
            let until = Timestamp(rawValue: Int64(bitPattern: body.detail))
            self = .setDeferral(
                Deferral(quota: body.product & 1 == 1 ? amount : nil, until: body.product & 2 == 2 ? until : nil)
            )
        case .deferralCleared: self = .clearDeferral
        case .refunded: self = .refund(amount, month: Month(rawValue: body.month))
        case .adjusted: self = .adjust(BillID(body.bill), by: amount)
        case .chargedOff: self = .chargeOff(BillID(body.bill))
        case .withdrawn: self = .withdraw(amount)
        case .monthClosed: self = .closeMonth(Month(rawValue: body.month))
        case .reassessed: self = .reassess
        case .fundGranted:
            guard let fund = body.fund else { return nil }
            self = .grantFund(fund)
        case .fundsExpired: self = .expireFunds
        default: return nil
        }
    }
}

extension Bill {
    fileprivate init(of body: Entry, fraction: UInt64) {
        self.init(
            id: BillID(body.bill),
            month: Month(rawValue: body.month),
            line: body.flags.contains(.marketplace) ? .marketplace : .provider,
            product: ProductCode(body.product),
            region: RegionID(body.region),
            created: Timestamp(rawValue: Int64(bitPattern: body.detail)),
            amount: Amount(minorUnits: body.amount),
            fraction: fraction
        )
    }
}
