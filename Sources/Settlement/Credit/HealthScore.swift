/// How an account has paid, in one number, and whether somebody should look at it.
public struct HealthScore: Sendable, Hashable {
    /// By what is scored.
    public struct Rules: Sendable, Hashable {
        /// Share of punctuality in the score, in percent; the rest is ``Facts/otherPercent``.
        public var punctualityPercent = 30
        /// After so many months without an alarm of the credit threshold an account is looked at.
        public var alarmFreeMonths = 3
        /// The vendors' documents put accounts *without* alarms under monitoring, which reads like a slip. `false` turns
        /// that around: monitored is who had an alarm within those months.
        public var monitorsAlarmFree = true

        /// The rules of the vendors' documents.
        public init() {}
    }

    /// What an account has done.
    public struct Facts: Sendable, Hashable {
        /// Bills paid before they were overdue.
        public var billsPaidInTime: Int
        /// Bills paid later, or not yet though overdue.
        public var billsLate: Int
        /// Whole months since the last alarm of the credit threshold; `nil`: there was none.
        public var monthsSinceAlarm: Int?
        /// What everything else comes to: 0 through 100.
        public var otherPercent: Int

        /// - Precondition: no number is negative and `otherPercent` is at most 100.
        public init(billsPaidInTime: Int, billsLate: Int, monthsSinceAlarm: Int?, otherPercent: Int) {
            precondition(billsPaidInTime >= 0 && billsLate >= 0, "bills cannot be fewer than none")
            precondition((0...100).contains(otherPercent), "a percentage is 0 through 100")
            self.billsPaidInTime = billsPaidInTime
            self.billsLate = billsLate
            self.monthsSinceAlarm = monthsSinceAlarm
            self.otherPercent = otherPercent
        }
    }

    /// 0 through 100, rounded down.
    public let points: Int
    /// Whether the account is put under monitoring.
    public let isMonitored: Bool

    /// Scores an account. Who has had no bill yet was never late.
    ///
    /// - Precondition: `rules.punctualityPercent` is 0 through 100.
    public init(of facts: Facts, by rules: Rules = Rules()) {
        precondition((0...100).contains(rules.punctualityPercent), "a percentage is 0 through 100")
        let bills = facts.billsPaidInTime + facts.billsLate
        let best = rules.punctualityPercent * 100
        let punctuality = bills == 0 ? best : best * facts.billsPaidInTime / bills
        points = (punctuality + (100 - rules.punctualityPercent) * facts.otherPercent) / 100
        let isAlarmFree = facts.monthsSinceAlarm.map { $0 >= rules.alarmFreeMonths } ?? true
        isMonitored = isAlarmFree == rules.monitorsAlarmFree
    }
}
