public import SettlementLedger

/// A group of accounts that spends from one budget, numbered by the embedder.
public struct BudgetGroup: RawRepresentable, Sendable, Hashable, Comparable, BitwiseCopyable {
    /// The number.
    public var rawValue: UInt32
    /// The group of this number.
    public init(rawValue: UInt32) { self.rawValue = rawValue }
    /// The group of this number.
    public init(_ rawValue: UInt32) { self.rawValue = rawValue }
    /// In the order of their numbers.
    public static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
}

/// What a group may spend in a period, and what happens beyond.
public struct Budget: Sendable, Hashable {
    /// For how long a budget lasts.
    public enum Period: Int, Sendable, Hashable, CaseIterable {
        /// One month.
        case month = 1
        /// Three months, from January, April, July or October.
        case quarter = 3
    }

    /// Top up an account when the budget is overspent: it buys continuity, not an unlimited bill.
    public struct AutoRecharge: Sendable, Hashable {
        /// Who is recharged.
        public var account: AccountID
        /// One request asks for so much; the last of a period for what is left of the cap.
        public var step: Amount
        /// At most so much in a period.
        public var cap: Amount
        /// - Precondition: the step is above zero and not above the cap, which has less than 10,000 steps.
        public init(account: AccountID, step: Amount, cap: Amount) {
            precondition(step > .zero && step <= cap, "a step is above zero and within the cap")
            precondition(cap.minorUnits / step.minorUnits < 10_000, "a cap has less than 10,000 steps")
            self.account = account
            self.step = step
            self.cap = cap
        }
    }

    /// Who spends.
    public var group: BudgetGroup
    /// For how long.
    public var period: Period
    /// What may be spent in one period.
    public var limit: Amount
    /// At which percentages of the limit the holder is warned, ascending.
    public var warnings: [Int]
    /// What happens beyond the limit; `nil`: only a warning.
    public var autoRecharge: AutoRecharge?

    /// - Precondition: the limit is above zero, warnings ascend from 1.
    public init(
        group: BudgetGroup,
        period: Period,
        limit: Amount,
        warnings: [Int] = [80, 100],
        autoRecharge: AutoRecharge? = nil
    ) {
        precondition(limit > .zero, "a budget is above zero")
        precondition(zip([0] + warnings, warnings).allSatisfy { $0 < $1 }, "warnings ascend from 1 percent")
        self.group = group
        self.period = period
        self.limit = limit
        self.warnings = warnings
        self.autoRecharge = autoRecharge
    }
}

/// A recharge that a rule asks for. Its key is of budget, period and step: asked for again, it has no second effect.
public struct RechargeRequest: Sendable, Hashable {
    /// Who is recharged.
    public var account: AccountID
    /// How much.
    public var amount: Amount
    /// Under which it is submitted.
    public var key: IdempotencyKey
}

/// What groups have spent in the present periods: a value that is told of spending.
public struct BudgetBook: Sendable, Hashable {
    /// What spending has led to.
    public enum Event: Sendable, Hashable {
        /// A percentage of a budget was reached.
        case alert(Alert)
        /// An account is to be recharged.
        case recharge(RechargeRequest)
    }

    private struct Page: Sendable, Hashable {
        var budget: Budget
        /// First month of the period.
        var begin = Month(rawValue: 0)
        var spent: Int64 = 0
        var warned = 0
        /// Steps asked for.
        var steps: Int64 = 0
    }

    /// On whose calendar periods begin.
    public let timeZone: ZoneRules
    /// In the order given.
    private var pages: [Page]

    /// Budgets of which nothing is spent.
    public init(_ budgets: [Budget], timeZone: ZoneRules = .shanghai) {
        self.timeZone = timeZone
        self.pages = budgets.map { Page(budget: $0) }
    }

    /// What a group has spent of its budget for a period that contains `time`; `nil`: it has no such budget.
    public func spent(_ group: BudgetGroup, _ period: Budget.Period, at time: Timestamp) -> Amount? {
        guard let page = pages.first(where: { $0.budget.group == group && $0.budget.period == period }) else {
            return nil
        }
        return page.begin == begin(of: period, at: time) ? Amount(minorUnits: page.spent) : .zero
    }

    /// Begins the periods that contain `time`: what was spent before them changes nothing. O(budgets).
    public mutating func begin(at time: Timestamp) {
        for index in pages.indices { begin(index, at: time) }
    }

    @discardableResult
    private mutating func begin(_ index: Int, at time: Timestamp) -> Month {
        let begin = begin(of: pages[index].budget.period, at: time)
        if pages[index].begin < begin { pages[index] = Page(budget: pages[index].budget, begin: begin) }
        return begin
    }

    /// An account of a group has spent something. O(budgets + recharges).
    ///
    /// - Returns: warnings and recharges, in the order of the budgets. A sum beyond 64 bits stays at the largest.
    public mutating func spend(
        _ amount: Amount,
        by account: AccountID,
        of group: BudgetGroup,
        at time: Timestamp
    ) -> [Event] {
        var events: [Event] = []
        for index in pages.indices where pages[index].budget.group == group {
            let begin = begin(index, at: time)
            // What belongs to a period that is over changes nothing any more.
            guard pages[index].begin == begin else { continue }
            let (sum, overflow) = pages[index].spent.addingReportingOverflow(amount.minorUnits)
            pages[index].spent = overflow ? .max : sum
            warn(index, account, time, into: &events)
            topUp(index, into: &events)
        }
        return events
    }

    private func begin(of period: Budget.Period, at time: Timestamp) -> Month {
        let month = timeZone.local(time).date.month
        return Month(rawValue: month.rawValue - month.rawValue % UInt16(period.rawValue))
    }

    private mutating func warn(_ index: Int, _ account: AccountID, _ time: Timestamp, into events: inout [Event]) {
        let page = pages[index]
        let limit = Int128(page.budget.limit.minorUnits)
        let reached = page.budget.warnings.prefix { Int128(page.spent) * 100 >= limit * Int128($0) }
        // Several steps at once are one warning: the highest.
        guard reached.count > page.warned, let percent = reached.last else { return }
        pages[index].warned = reached.count
        let kind = Alert.Kind.budgetSpent(
            group: page.budget.group,
            percent: percent,
            spent: Amount(minorUnits: page.spent),
            limit: page.budget.limit
        )
        events.append(.alert(Alert(account: account, time: time, kind)))
    }

    /// Whole steps that cover what is overspent, as far as the cap lets them: a request for each, so that a book that is
    /// told of the period again asks for the same.
    private mutating func topUp(_ index: Int, into events: inout [Event]) {
        let page = pages[index]
        guard let rule = page.budget.autoRecharge, page.spent > page.budget.limit.minorUnits else { return }
        let over = page.spent - page.budget.limit.minorUnits
        let (step, cap) = (rule.step.minorUnits, rule.cap.minorUnits)
        let steps = (min(over, cap) - 1) / step + 1
        guard steps > page.steps else { return }
        pages[index].steps = steps
        let period = UInt64(page.begin.rawValue) << 8 | UInt64(page.budget.period.rawValue)
        for number in page.steps..<steps {
            let key = IdempotencyKey(
                high: 0x6275_6467_0000_0000 | UInt64(page.budget.group.rawValue),
                low: period << 32 | UInt64(number + 1)
            )
            let amount = Amount(minorUnits: min(step, cap - number * step))
            events.append(.recharge(RechargeRequest(account: rule.account, amount: amount, key: key)))
        }
    }
}
