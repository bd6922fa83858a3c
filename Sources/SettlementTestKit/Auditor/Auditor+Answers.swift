internal import Settlement

/// What callers and controllers are told. An answer is right if it was true at some moment between question and answer.
extension Auditor {
    /// - Parameter first: ``version(of:)`` of the account when the command was submitted.
    func check(_ outcome: Outcome, of command: Command, since first: Int) {
        func what() -> String { command.line }
        if let refusal = outcome.refusal {
            if !isRefusal(outcome, refusal, of: command, since: first) {
                report(
                    .outcome,
                    "\(what()) was answered \(outcome.line), which no state since version \(first) explains"
                )
            }
        } else if command.key != .none {
            guard let use = keys[command.key] else {
                return report(.acknowledgedIsDurable, "\(what()) was acknowledged and is not in the journal")
            }
            if !use.command.isSameRequest(as: command) || use.outcome != outcome {
                report(.outcome, "\(what()) was answered \(outcome.line), expected \(use.outcome.line)")
            }
        } else if !isKeylessSuccess(outcome, of: command, since: first) {
            report(.outcome, "\(what()) was answered \(outcome.line), which nothing since version \(first) explains")
        }
    }

    private func isRefusal(_ outcome: Outcome, _ refusal: Refusal, of command: Command, since first: Int) -> Bool {
        if refusal == .keyReused {
            guard let use = keys[command.key] else { return false }
            return !use.command.isSameRequest(as: command)
        }
        return versions(of: command.account, since: first).contains { version in
            guard let model = version.model else {
                return outcome == Outcome(refusal: command.refusalWithoutAccount)
            }
            return model.refusal(of: command.operation, at: command.time, policy: policy) == refusal
                && outcome == Self.unchanged(model, refusal)
        }
    }

    private func isKeylessSuccess(_ outcome: Outcome, of command: Command, since first: Int) -> Bool {
        versions(of: command.account, since: first).contains { version in
            if version.outcome == outcome, version.command?.isExplained(by: command) == true { return true }
            guard command.mayLeaveNothing, let model = version.model else { return false }
            return outcome == Self.unchanged(model, nil)
        }
    }

    private static func unchanged(_ model: AccountModel, _ refusal: Refusal?) -> Outcome {
        Outcome(
            refusal: refusal,
            availableCredit: Amount(minorUnits: model.availableCredit),
            standing: model.standing
        )
    }

    /// - Parameter first: ``version(of:)`` of the account when the question was asked.
    func check(_ standing: Standing?, of account: AccountID, since first: Int) {
        if versions(of: account, since: first).contains(where: { $0.model?.standing == standing }) { return }
        let text = standing?.line ?? "unknown"
        report(
            .standingIsTrue,
            "account \(account.rawValue) was said to be \(text), which it was not since version \(first)"
        )
    }

    /// An account and its bills as somebody read them while nothing was going on.
    func check(_ view: AccountView?, _ bills: [BillView], _ funds: [Fund], of account: AccountID) {
        guard let model = model(of: account) else {
            if view != nil { report(.books, "account \(account.rawValue) is open and was never opened") }
            return
        }
        let expected = AccountView(
            id: account,
            currency: model.currency,
            cash: Amount(minorUnits: model.cash),
            frozen: Amount(minorUnits: model.frozen),
            creditLimit: Amount(minorUnits: model.creditLimit),
            refunds: Amount(minorUnits: model.refunds),
            openDue: Amount(minorUnits: model.due),
            openCount: model.bills.count,
            availableCredit: Amount(minorUnits: model.availableCredit),
            standing: model.standing,
            regions: model.regions,
            autoWriteOff: model.writesOffAutomatically,
            deferral: model.deferral,
            vouchers: Amount(minorUnits: model.sum(of: .voucher)),
            cards: Amount(minorUnits: model.sum(of: .storedValueCard)),
            notes: Amount(minorUnits: model.notes)
        )
        if view != expected {
            report(.books, "account \(account.rawValue) is \(view.map { "\($0)" } ?? "unknown"), expected \(expected)")
        }
        let expectedBills = model.billsInOrder.map { open in
            var bill = open.bill
            bill.fraction = open.fraction
            return BillView(bill: bill, outstanding: Amount(minorUnits: open.outstanding), isFrozen: open.isFrozen)
        }
        if funds != model.fundsInOrder {
            report(.books, "account \(account.rawValue) has funds \(funds), expected \(model.fundsInOrder)")
        }
        if bills != expectedBills {
            report(.books, "account \(account.rawValue) has bills \(bills), expected \(expectedBills)")
        }
    }

    /// A call that was turned away must have left nothing behind, if it was the only one with its key.
    func checkNothing(of command: Command) {
        guard command.key != .none, submissions[command.key] == 1 else { return }
        let isStaged = shards.contains {
            $0.entries.contains { $0.keyLow == command.key.low && $0.keyHigh == command.key.high }
        }
        if isStaged { report(.refusedLeavesNothing, "\(command.line) was turned away and is in the journal") }
    }
}

extension Command {
    /// Whether `request` can have left the entries from which this command was read. The month of a close shows only as
    /// far as there was something to close; if there was nothing, it was a reassessment.
    func isExplained(by request: Command) -> Bool {
        if case .closeMonth(let asked) = request.operation, account == request.account, key == request.key {
            if case .closeMonth(let closed) = operation { return closed <= asked }
            return operation == .reassess
        }
        return isSameRequest(as: request)
    }

    /// Without a key, these leave no entry when there is nothing to do.
    fileprivate var mayLeaveNothing: Bool {
        switch operation {
        case .reassess, .closeMonth, .expireFunds: true
        default: false
        }
    }

    fileprivate var refusalWithoutAccount: Refusal? {
        guard case .openAccount(_, let limit) = operation else { return .unknownAccount }
        return limit.minorUnits < 0 ? .invalidCreditLimit : nil
    }
}
