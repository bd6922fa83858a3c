public import SettlementLedger

/// The commands one by one. Each is stamped with the pool's business time and returns when its outcome is durable.
extension SettlementPool {
    /// Opens a fund account. Refused: `accountExists`, `invalidCreditLimit`.
    @discardableResult
    public func openAccount(
        _ account: AccountID,
        currency: Currency,
        creditLimit: Amount = .zero,
        key: IdempotencyKey = .none
    ) async throws(SettlementError) -> Outcome {
        try await submit(.openAccount(currency: currency, creditLimit: creditLimit), account, key)
    }

    /// Cleared funds arrive; due bills are written off, oldest first, as far as they reach.
    @discardableResult
    public func recharge(
        _ amount: Amount,
        to account: AccountID,
        key: IdempotencyKey
    ) async throws(SettlementError) -> Outcome {
        try await submit(.recharge(amount), account, key)
    }

    /// Issues a bill: frozen if it is of the current month, due at once if it is of an earlier one.
    @discardableResult
    public func issue(
        _ bill: Bill,
        to account: AccountID,
        key: IdempotencyKey = .none
    ) async throws(SettlementError) -> Outcome {
        try await submit(.issueBill(bill), account, key)
    }

    /// Writes off chosen bills in the order given, each in full or not at all.
    public func writeOff(_ bills: [BillID], of account: AccountID) async -> [Submission] {
        let time = now
        return await submit(bills.map { Command(.writeOff($0), account: account, time: time) })
    }

    /// Sets how far the account may owe.
    @discardableResult
    public func setCreditLimit(
        _ limit: Amount,
        of account: AccountID,
        key: IdempotencyKey = .none
    ) async throws(SettlementError) -> Outcome {
        try await submit(.setCreditLimit(limit), account, key)
    }

    /// Grants (or with `nil` ends) the right to keep running in arrears.
    @discardableResult
    public func setDeferral(
        _ deferral: Deferral?,
        of account: AccountID,
        key: IdempotencyKey = .none
    ) async throws(SettlementError) -> Outcome {
        try await submit(deferral.map { .setDeferral($0) } ?? .clearDeferral, account, key)
    }

    /// Gives a voucher, or books a stored-value card or a note that was bought. They pay bills before cash does.
    @discardableResult
    public func grant(
        _ fund: Fund,
        to account: AccountID,
        key: IdempotencyKey
    ) async throws(SettlementError) -> Outcome {
        try await submit(.grantFund(fund), account, key)
    }

    /// Withdraws free cash.
    @discardableResult
    public func withdraw(
        _ amount: Amount,
        from account: AccountID,
        key: IdempotencyKey
    ) async throws(SettlementError) -> Outcome {
        try await submit(.withdraw(amount), account, key)
    }

    private func submit(
        _ operation: Operation,
        _ account: AccountID,
        _ key: IdempotencyKey
    ) async throws(SettlementError) -> Outcome {
        try await submit(Command(operation, account: account, time: now, key: key))
    }
}
