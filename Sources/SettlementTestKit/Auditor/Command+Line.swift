internal import Settlement

// What a person reads in a trace or a violation: short, and in the words of the domain.

extension Command {
    /// `recharge 77 of account 4, key 19`
    var line: String {
        "\(operation.line) of account \(account.rawValue)" + (key == .none ? "" : ", key \(key.low)")
    }
}

extension Operation {
    /// `issueBill 12, 2026-10, 450 + fraction, region 1`
    var line: String {
        switch self {
        case .openAccount(let currency, let limit): "openAccount in \(currency.code), limit \(limit.minorUnits)"
        case .recharge(let amount): "recharge \(amount.minorUnits)"
        case .issueBill(let bill): "issueBill \(bill.summary)"
        case .writeOff(let bill): "writeOff bill \(bill.rawValue)"
        case .setCreditLimit(let limit): "setCreditLimit \(limit.minorUnits)"
        case .setAutomaticWriteOff(let isOn): "setAutomaticWriteOff \(isOn ? "on" : "off")"
        case .setDeferral(let deferral): "setDeferral \(deferral.summary)"
        case .clearDeferral: "clearDeferral"
        case .refund(let amount, let month): "refund \(amount.minorUnits) of \(month)"
        case .grantFund(let fund): "grantFund \(fund.summary)"
        case .expireFunds: "expireFunds"
        case .adjust(let bill, let amount): "adjust bill \(bill.rawValue) by \(amount.minorUnits)"
        case .chargeOff(let bill): "chargeOff bill \(bill.rawValue)"
        case .withdraw(let amount): "withdraw \(amount.minorUnits)"
        case .closeMonth(let month): "closeMonth \(month)"
        case .reassess: "reassess"
        }
    }
}

extension Bill {
    fileprivate var summary: String {
        "\(id.rawValue), \(month), \(amount.minorUnits)\(fraction > 0 ? " + fraction" : ""), region \(region.rawValue)"
            + (line == .marketplace ? ", marketplace" : "")
    }
}

extension Deferral {
    fileprivate var summary: String {
        let quota = quota.map { "up to \($0.minorUnits)" } ?? "any debt"
        return quota + (until.map { ", until \($0.rawValue / 1_000_000_000) s" } ?? "")
    }
}

extension Fund {
    fileprivate var summary: String {
        "\(kind) \(id.rawValue), \(amount.minorUnits)" + (product.map { ", product \($0.rawValue)" } ?? "")
            + (expiry.map { ", until \($0.rawValue / 1_000_000_000) s" } ?? "")
    }
}

extension Standing {
    /// `arrears/3`
    var line: String { "\(state)/\(epoch)" }
}

extension Outcome {
    /// `paid 120 (2 bills), credit 44, good/4 (changed)`
    var line: String {
        let what = refusal.map { "refused \($0)" } ?? "paid \(amountWrittenOff.minorUnits) (\(billsWrittenOff) bills)"
        return "\(what), credit \(availableCredit.minorUnits), \(standing.line)" + (standingChanged ? " (changed)" : "")
    }
}
