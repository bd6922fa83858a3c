public import SettlementLedger

/// One account's alerts: figures and time go in, warnings come out.
///
/// A threshold warns when it is crossed, never because it was watched from below: who is below already when the watch
/// begins hears of the next fall. Below zero the arrears notices take over.
public struct AlertWatch: Sendable, Hashable {
    /// What an account has.
    public struct Figures: Sendable, Hashable {
        /// Below zero in arrears.
        public var credit: Amount
        /// The cash book.
        public var cash: Amount
        /// Figures of an account.
        public init(credit: Amount, cash: Amount) {
            self.credit = credit
            self.cash = cash
        }
    }

    private struct Low: Sendable, Hashable {
        var since: Timestamp
        var told: Int
    }

    /// Whose.
    public let account: AccountID
    /// The rules.
    public let rules: AlertRules
    /// As last learnt.
    public private(set) var figures: Figures
    /// Everything that fell due up to here has been told.
    public private(set) var time: Timestamp
    /// When credit fell below the threshold, and how many warnings that has had; `nil`: none is under way.
    private var low: Low?
    /// Cash after the last recharge.
    private var fullCash: Amount

    /// A watch that begins with the figures of now and warns of nothing yet.
    public init(_ account: AccountID, rules: AlertRules, figures: Figures, at time: Timestamp) {
        self.account = account
        self.rules = rules
        self.figures = figures
        self.time = time
        self.fullCash = figures.cash
    }

    /// A watch that goes on where an earlier process ended.
    init(_ account: AccountID, rules: AlertRules, record: WatchRecord) {
        self.account = account
        self.rules = rules
        self.figures = Figures(credit: Amount(minorUnits: record.credit), cash: Amount(minorUnits: record.cash))
        self.time = Timestamp(rawValue: record.time)
        self.fullCash = Amount(minorUnits: record.fullCash)
        self.low = record.lowSince.map { Low(since: Timestamp(rawValue: $0), told: Int(record.told)) }
    }

    /// What ``init(_:rules:record:)`` goes on from.
    var record: WatchRecord {
        WatchRecord(
            credit: figures.credit.minorUnits,
            cash: figures.cash.minorUnits,
            time: time.rawValue,
            fullCash: fullCash.minorUnits,
            lowSince: low?.since.rawValue,
            told: Int64(low?.told ?? 0)
        )
    }

    /// When ``advance(to:)`` has something to tell; `nil`: never, as things are. O(1).
    public var nextDue: Timestamp? { [nextReminder, nextPaymentCheck].compactMap(\.self).min() }

    /// Lets time pass: tells what falls due up to and including `time`, in order.
    public mutating func advance(to time: Timestamp) -> [Alert] {
        var alerts: [Alert] = []
        while let due = nextDue, due <= time {
            if let reminder = nextReminder, reminder == due, let threshold = rules.creditBelow {
                let day = low?.told ?? 0
                low?.told += 1
                alerts.append(alert(due, .creditLow(credit: figures.credit, threshold: threshold, day: day)))
            } else {
                alerts.append(alert(due, .paymentMethodCheck))
                self.time = due
            }
        }
        self.time = max(self.time, time)
        return alerts
    }

    /// Learns figures at an instant; what fell due before comes first, by the old ones.
    public mutating func learn(_ figures: Figures, at time: Timestamp) -> [Alert] {
        var alerts = advance(to: max(self.time, Timestamp(nanoseconds: time.rawValue - 1)))
        self.time = max(self.time, time)
        let old = self.figures
        self.figures = figures
        if let threshold = rules.creditBelow {
            if figures.credit >= threshold || figures.credit < .zero {
                low = nil
            } else if low == nil, figures.credit < old.credit {
                low = Low(since: self.time, told: 1)
                alerts.append(
                    alert(self.time, .creditLow(credit: figures.credit, threshold: threshold, day: 0))
                )
            }
        }
        if figures.cash > old.cash { fullCash = figures.cash }
        if let percent = rules.cashSharePercent {
            func isLow(_ cash: Amount) -> Bool {
                Int128(cash.minorUnits) * 100 < Int128(fullCash.minorUnits) * Int128(percent)
            }
            if isLow(figures.cash), !isLow(old.cash) {
                alerts.append(alert(self.time, .cashShareLow(cash: figures.cash, of: fullCash)))
            }
        }
        if let threshold = rules.cashBelow, figures.cash < threshold, old.cash >= threshold {
            alerts.append(alert(self.time, .freezeNear(cash: figures.cash, threshold: threshold)))
        }
        return alerts
    }

    private func alert(_ time: Timestamp, _ kind: Alert.Kind) -> Alert { Alert(account: account, time: time, kind) }

    private var nextReminder: Timestamp? {
        guard let low, low.told <= rules.creditReminders else { return nil }
        return low.since.adding(.days(low.told), in: rules.timeZone)
    }

    private var nextPaymentCheck: Timestamp? {
        guard let day = rules.paymentCheckDay else { return nil }
        let month = rules.timeZone.local(time).date.month
        let nanosecond = Int64(rules.paymentCheckSecond) * 1_000_000_000
        let candidates = [month, month.next].map { month in
            rules.timeZone.instant(LocalDateTime(date: LocalDate(month, day: day), nanosecondOfDay: nanosecond))
        }
        return candidates.first { $0 > time }
    }
}
