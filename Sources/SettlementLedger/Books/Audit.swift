/// The result of recomputing everything that the ledger keeps as a running figure.
public struct Audit: Sendable, Hashable {
    /// What does not agree, for people; empty when everything does.
    public var findings: [String] = []
    /// Accounts looked at.
    public var accounts = 0
    /// Open bills found in the queues of the accounts.
    public var openBills = 0
    /// Accounts in arrears.
    public var arrears = 0
    /// The books.
    public var balance = TrialBalance()

    /// The audit of nothing at all.
    public static let empty = Audit()

    /// Whether not one unit is missing or too many.
    public var conserved: Bool { findings.isEmpty }

    /// The audit of two shards taken together.
    public static func + (a: Self, b: Self) -> Self {
        Audit(
            findings: a.findings + b.findings,
            accounts: a.accounts + b.accounts,
            openBills: a.openBills + b.openBills,
            arrears: a.arrears + b.arrears,
            balance: a.balance + b.balance
        )
    }
}

/// What the sub-ledgers of one currency add up to.
private struct SubLedgers {
    var cash: Int128 = 0
    var refunds: Int128 = 0
    /// By raw value of the kind, less 1.
    var funds: [Int128] = [0, 0, 0]
    var due: Int128 = 0
    var frozen: Int128 = 0
    var fractions: Int128 = 0
}

/// One queue of bills as it was walked.
private struct QueueSum {
    var count = 0
    var outstanding: Int128 = 0
    var fractions: Int128 = 0
}

extension Ledger {
    /// Recomputes every control total from accounts and bills and compares. O(accounts + open bills).
    public func audit() -> Audit {
        var result = Audit()
        var sums = Array(repeating: SubLedgers(), count: Currency.allCases.count + 1)
        for slot in 0..<accountCount { check(slot, into: &result, &sums[Int(accounts[slot].currency.rawValue)]) }
        if result.openBills != bills.count {
            result.findings.append("\(bills.count) bills are stored, \(result.openBills) are in a queue")
        }
        for currency in Currency.allCases { compare(sums[Int(currency.rawValue)], currency, &result) }
        result.accounts = accounts.count
        result.balance = balance.trialBalance
        return result
    }

    private func check(_ slot: UInt32, into audit: inout Audit, _ sums: inout SubLedgers) {
        let account = accounts[slot]
        func expect(_ isTrue: Bool, _ finding: @autoclosure () -> String) {
            if !isTrue { audit.findings.append("account \(account.id): \(finding())") }
        }
        expect(self.slot(of: account.id) == slot, "the index does not find it")
        expect(account.cash >= 0, "cash \(account.cash) is below zero")
        expect(account.creditLimit >= 0, "credit limit \(account.creditLimit) is below zero")
        expect(account.hasAttributes == (attributes[slot] != nil), "attributes are flagged wrongly")
        var findings: [String] = []
        var ids: Set<UInt64> = []
        let due = walk(account.dueHead, of: slot, isFrozen: false, &ids, &findings)
        let frozen = walk(account.frozenHead, of: slot, isFrozen: true, &ids, &findings)
        for finding in findings { expect(false, finding) }
        expect(due.outstanding == account.due, "due bills add up to \(due.outstanding), not \(account.due)")
        expect(
            frozen.outstanding == account.frozen,
            "frozen bills add up to \(frozen.outstanding), not \(account.frozen)"
        )
        expect(
            due.count + frozen.count == account.openCount,
            "\(due.count + frozen.count) bills, not \(account.openCount)"
        )
        expect(
            account.hasIndexedBills || account.openCount <= Self.walkedBillsMax,
            "\(account.openCount) bills are not in the index"
        )
        expect(due.fractions == 0, "a due bill is not rounded down")
        for book in attributes[slot]?.refundBooks ?? [] {
            expect(book.amount > 0, "the refund book of \(book.month) holds \(book.amount)")
        }
        let funds = attributes[slot]?.funds ?? []
        expect(Set(funds.map(\.id)).count == funds.count, "two funds have one number")
        expect(zip(funds, funds.dropFirst()).allSatisfy { $0.precedes($1) }, "funds are out of order")
        for fund in funds {
            expect(fund.amount > .zero, "fund \(fund.id.rawValue) holds \(fund.amount.minorUnits)")
            sums.funds[Int(fund.kind.rawValue) - 1] += Int128(fund.amount.minorUnits)
        }
        if account.state == .arrears { audit.arrears += 1 }
        audit.openBills += due.count + frozen.count
        sums.cash += Int128(account.cash)
        sums.refunds += Int128(refunds(of: slot))
        sums.due += due.outstanding
        sums.frozen += frozen.outstanding
        sums.fractions += frozen.fractions
    }

    /// Adds up a queue and checks its links, its order and each of its bills.
    private func walk(
        _ head: UInt32,
        of slot: UInt32,
        isFrozen: Bool,
        _ ids: inout Set<UInt64>,
        _ findings: inout [String]
    ) -> QueueSum {
        var sum = QueueSum()
        var place = head
        var last = bills.last(of: head)
        while place != BillPool.none {
            let bill = bills[place]
            let isFirst = place == head
            if bill.account != slot || bill.isFrozen != isFrozen {
                findings.append("bill \(bill.id) is in a foreign queue")
            }
            if accounts[slot].hasIndexedBills {
                if bills.indexedPlace(of: bill.id, account: slot) != place {
                    findings.append("the index does not find bill \(bill.id)")
                }
            } else if !ids.insert(bill.id).inserted {
                findings.append("bill \(bill.id) is there twice")
            }
            if !(0...bill.amount).contains(bill.outstanding) || bill.outstanding == 0 && bill.fraction == 0 {
                findings.append("bill \(bill.id) has \(bill.outstanding) of \(bill.amount) outstanding")
            }
            if bill.previous != last && !isFirst { findings.append("bill \(bill.id) is linked wrongly") }
            if !isFirst, !bills[last].precedes(bill) { findings.append("bill \(bill.id) is out of order") }
            sum.count += 1
            sum.outstanding += Int128(bill.outstanding)
            sum.fractions += Int128(bill.fraction)
            if sum.count > bills.count {
                findings.append("a queue of bills has no end")
                return sum
            }
            last = place
            place = bill.next
        }
        if head != BillPool.none, bills.last(of: head) != last { findings.append("the last bill is not the last") }
        return sum
    }

    /// Compares the control accounts of one currency with their sub-ledgers.
    private func compare(_ sums: SubLedgers, _ currency: Currency, _ audit: inout Audit) {
        func expect(_ account: ChartAccount, _ expected: Int128) {
            let booked = balance.units(account, currency)
            if booked == expected { return }
            audit.findings.append(
                "\(currency.code) \(account.number) \(account): booked \(booked), the sub-ledger holds \(expected)"
            )
        }
        expect(.customerCash, -sums.cash)
        expect(.refundBooks, -sums.refunds)
        expect(.vouchers, -sums.funds[0])
        expect(.storedValueCards, -sums.funds[1])
        expect(.noteBooks, -sums.funds[2])
        expect(.dueReceivable, sums.due)
        expect(.unbilledReceivable, sums.frozen)
        let fractions = balance.fractions(.unbilledReceivable, currency)
        if fractions != sums.fractions {
            audit.findings.append("\(currency.code) fractions: booked \(fractions), the bills hold \(sums.fractions)")
        }
        let units = ChartAccount.allCases.reduce(Int128(0)) { $0 + balance.units($1, currency) }
        let parts = ChartAccount.allCases.reduce(Int128(0)) { $0 + balance.fractions($1, currency) }
        if units != 0 || parts != 0 {
            audit.findings.append("\(currency.code): the books are out of balance by \(units) units and \(parts) parts")
        }
    }
}
