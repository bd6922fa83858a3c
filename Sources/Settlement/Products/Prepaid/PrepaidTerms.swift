/// The rules of a product that is paid in advance: what happens after its end, and how it is renewed by itself.
public struct PrepaidTerms: Sendable, Hashable {
    /// What happens around the expiry, and on whose calendar.
    public var policy: ArrearsPolicy
    /// When money for the next period is looked for if the customer has asked for that, as offsets from the expiry, ascending.
    public var renewalAttempts: [CalendarSpan]
    /// How long an order whose payment has failed may still be paid.
    public var secondChance: CalendarSpan

    /// - Precondition: some stage of the policy counts from the expiry.
    public init(policy: ArrearsPolicy, renewalAttempts: [CalendarSpan], secondChance: CalendarSpan = .hours(24)) {
        precondition(policy.reason == .expiry, "policy \(policy.name) does not count from an expiry")
        self.policy = policy
        self.renewalAttempts = renewalAttempts
        self.secondChance = secondChance
    }

    /// Alibaba Cloud ECS subscriptions: attempts 3 and 1 days before the expiry, at it, and 6 and 14 days after.
    /// Source: alibabacloud.com/help/doc-detail/25404; 15 days of use and 15 of retention as for simple servers.
    public static let aliyunECS = PrepaidTerms(
        policy: .aliyunSimpleServer,
        renewalAttempts: [.days(-3), .days(-1), .zero, .days(6), .days(14)]
    )

    /// Alibaba Cloud Simple Application Server. The vendor's pages name 9 days before the expiry, and the day before:
    /// both are tried, at 08:00.
    public static let aliyunSimpleServer = PrepaidTerms(
        policy: .aliyunSimpleServer,
        renewalAttempts: [CalendarSpan(days: -9, timeOfDay: 8 * 3_600), CalendarSpan(days: -1, timeOfDay: 8 * 3_600)]
    )
}
