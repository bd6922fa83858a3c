internal import SettlementLedger

extension ArrearsPolicy {
    /// A ladder of 24 hours, 72 hours and 3 months since the notice, as described for AWS in China. Scenario data: no
    /// document of the vendor confirms its figures.
    public static let awsChina = ArrearsPolicy(
        name: "aws-cn",
        summary: "Scenario: reminder, suspension of what is not critical, closure, purge, by age of the notice",
        relief: .reanchoring,
        stages: [
            Stage("notice", since: .notice, [.remind]),
            Stage("purchases-frozen", since: .notice, after: .hours(24), [.blockPurchases]),
            Stage("keys-invalid", since: .notice, after: .hours(72), [.invalidateAPIKeys, .suspendNonCritical]),
            Stage("closed", since: .notice, after: .months(3), [.suspendAll, .restorationFee]),
            Stage("purged", since: .notice, after: CalendarSpan(months: 3, days: 90), [.release, .purge]),
        ]
    )

    /// Tencent Cloud CVM, pay-as-you-go: stopped after 2 hours, released after 15 days more; back at a balance of zero.
    /// Source: tencentcloud.com/document/product/213/2181 and 1085/48347.
    public static let tencent = ArrearsPolicy(
        name: "tencent",
        summary: "Tencent Cloud CVM pay-as-you-go: stopped after 2 hours, released 15 days later, resumes at zero",
        restart: RestartRule(comparison: .atLeast),
        stages: [
            Stage("overdue", since: .arrearsStart, [.remind]),
            Stage("stopped", since: .arrearsStart, after: .hours(2), [.suspendAll]),
            Stage("released", since: .suspension, after: .days(15), [.release, .remind]),
        ]
    )

    /// The policies that come with the package.
    public static let shipped: [ArrearsPolicy] = [
        .aliyunECSChina, .aliyunECSInternational, .aliyunSimpleServer, .aliyunCDNDomain, .aliyunEIP, .awsChina,
        .tencent,
    ]
}
