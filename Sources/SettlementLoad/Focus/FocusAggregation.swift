internal import SettlementLedger

/// Names in the order in which they first came, and the number of each.
private struct NameList {
    private(set) var names: [String] = []
    private var numbers: [String: Int] = [:]

    mutating func number(of name: String) -> Int {
        if let number = numbers[name] { return number }
        numbers[name] = names.count
        names.append(name)
        return names.count - 1
    }
}

/// One line of a FOCUS file, understood.
struct FocusLine {
    var account: String
    var currency: Currency
    var cost: ExactAmount
    var month: Month
    var line: BusinessLine
    var product: String
    var region: String
}

/// Adds lines up. What it holds grows with accounts and groups, not with lines.
struct FocusAggregation {
    private struct GroupKey: Hashable {
        var account: Int
        var month: Month
        var line: BusinessLine
        var product: Int
        var region: Int
    }

    private var accountNames = NameList()
    private var accountCurrencies: [Currency] = []
    private var products = NameList()
    private var regions = NameList()
    private var groupNumbers: [GroupKey: Int] = [:]
    private var groups: [(key: GroupKey, total: ExactAmount)] = []
    /// One for each currency, in the order of `Currency`.
    private var sums = Currency.allCases.map { FocusImport.Reconciliation(currency: $0) }

    /// Adds a line, or says which field cannot be accepted.
    mutating func add(_ line: FocusLine) throws(FieldProblem) {
        let account = try accountNumber(line)
        let region = regions.number(of: line.region)
        guard region < 64 else {
            throw FieldProblem(.regionId, "'\(line.region)' is the 65th region", expected: "at most 64 regions")
        }
        let product = products.number(of: line.product)
        guard product < 65_535 else {
            throw FieldProblem(.serviceName, "'\(line.product)' is one too many", expected: "at most 65,535 products")
        }
        let group = groupNumber(
            GroupKey(account: account, month: line.month, line: line.line, product: product, region: region)
        )
        let position = sums.firstIndex { $0.currency == line.currency } ?? 0
        guard let sum = groups[group].total.adding(line.cost), sum.roundedDown != nil,
            let fileTotal = sums[position].fileTotal.adding(line.cost)
        else {
            throw FieldProblem(.billedCost, "the sum becomes too large", expected: "sums within 64 bits of minor units")
        }
        groups[group].total = sum
        sums[position].fileTotal = fileTotal
        sums[position].rows += 1
    }

    /// The sums in their final order; `nil` when there was no line.
    func finished() -> FocusImport? {
        guard let latestMonth = groups.map(\.key.month).max() else { return nil }
        let kept = keptGroups()
        var sums = sums
        for position in sums.indices {
            let currency = sums[position].currency
            for group in kept where accountCurrencies[group.account] == currency { sums[position].add(group) }
            sums[position].cancelled =
                groups.count { accountCurrencies[$0.key.account] == currency && $0.total == .zero }
            precondition(sums[position].isExplained, "the sums in \(currency.code) do not add up")
        }
        return FocusImport(
            accounts: accounts(of: kept),
            groups: kept,
            regions: regions.names,
            products: products.names,
            reconciliation: sums.filter { $0.rows > 0 },
            latestMonth: latestMonth
        )
    }
}

extension FocusAggregation {
    private mutating func accountNumber(_ line: FocusLine) throws(FieldProblem) -> Int {
        let number = accountNames.number(of: line.account)
        if number == accountCurrencies.count { accountCurrencies.append(line.currency) }
        let earlier = accountCurrencies[number]
        guard earlier == line.currency else {
            throw FieldProblem(
                .billingCurrency,
                "account '\(line.account)' is billed in \(line.currency.code) here and in \(earlier.code) before",
                expected: "one currency for each account"
            )
        }
        return number
    }

    private mutating func groupNumber(_ key: GroupKey) -> Int {
        if let number = groupNumbers[key] { return number }
        groupNumbers[key] = groups.count
        groups.append((key, .zero))
        return groups.count - 1
    }

    private func keptGroups() -> [FocusImport.Group] {
        groups.filter { $0.total != .zero }
            .map { key, total in
                FocusImport.Group(
                    account: key.account,
                    month: key.month,
                    line: key.line,
                    product: ProductCode(UInt16(key.product + 1)),
                    region: RegionID(UInt8(key.region)),
                    total: total
                )
            }
            .sorted {
                ($0.account, $0.month, $0.line, $0.product.rawValue, $0.region)
                    < ($1.account, $1.month, $1.line, $1.product.rawValue, $1.region)
            }
    }

    private func accounts(of groups: [FocusImport.Group]) -> [FocusImport.Account] {
        var taken: Set<AccountID> = []
        var end = 0
        return accountNames.names.enumerated().map { index, name in
            // The ledger steps on in the same way when two names have one hash.
            var id = Ledger.hash(ofName: name)
            while !taken.insert(id).inserted { id = AccountID(id.rawValue &+ 1) }
            let begin = end
            while end < groups.count, groups[end].account == index { end += 1 }
            return FocusImport.Account(name: name, id: id, currency: accountCurrencies[index], groups: begin..<end)
        }
    }
}
