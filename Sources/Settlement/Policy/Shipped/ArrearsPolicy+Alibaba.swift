internal import SettlementLedger

extension ArrearsPolicy {
    /// Alibaba Cloud ECS, pay-as-you-go, China site: stopped at once unless a deferral covers the debt, released 15 days
    /// after the stop. Source: help.aliyun.com, *Overdue payments* of ECS, and document_detail/95987 and 190777.
    public static let aliyunECSChina = ArrearsPolicy(
        name: "aliyun-ecs-cn",
        summary: "Alibaba Cloud ECS pay-as-you-go, China site: stopped at once, released after 15 days",
        honoursDeferral: true,
        restart: RestartRule(manualFloor: [.cny: Amount(minorUnits: 100_00)]),
        stages: [
            Stage("deferral-notice", since: .deferralStart, repeating: Repetition(every: .days(1)), [.remind]),
            Stage("stopped", since: .arrearsStart, [.blockPurchases, .suspendAll, .remind]),
            Stage("released", since: .suspension, after: .days(15), [.release]),
        ]
    )

    /// Alibaba Cloud ECS, pay-as-you-go, International site: deduction at T, T+7 and T+14, stopped at T+15, released at T+30.
    /// Source: alibabacloud.com/help/en/ecs/overdue-payments.
    public static let aliyunECSInternational = ArrearsPolicy(
        name: "aliyun-ecs-intl",
        summary: "Alibaba Cloud ECS pay-as-you-go, International site: 15 days of grace, 15 days of retention",
        stages: [
            Stage("overdue", since: .earliestOverdueBill, [.attemptDeduction, .blockPurchases, .remind]),
            Stage("second-deduction", since: .earliestOverdueBill, after: .days(7), [.attemptDeduction]),
            Stage("third-deduction", since: .earliestOverdueBill, after: .days(14), [.attemptDeduction]),
            Stage("stopped", since: .earliestOverdueBill, after: .days(15), [.suspendAll, .remind]),
            Stage("released", since: .suspension, after: .days(15), [.release]),
        ]
    )

    /// Alibaba Cloud Simple Application Server, prepaid: usable for 15 days after expiry, then 15 days of retention; a paid
    /// renewal order brings it back, a recharge does not.
    /// Source: alibabacloud.com/help/en/simple-application-server/product-overview.
    public static let aliyunSimpleServer = ArrearsPolicy(
        name: "aliyun-simple-server",
        summary: "Alibaba Cloud Simple Application Server, prepaid: stopped 15 days after expiry, released after 30",
        relief: .reanchoring,
        resumes: .expiry,
        stages: [
            Stage("stopped", since: .expiry, after: .days(15), [.suspendAll]),
            Stage("released", since: .expiry, after: .days(30), [.release]),
        ]
    )

    /// Alibaba Cloud CDN and DCDN domains: offline at once. Arrears that began before 2022-04-11 00:00 leave the name with
    /// the origin for 30 × 24 hours first. Source: the vendor's *Rules for disabling accelerated domain names*.
    public static let aliyunCDNDomain = ArrearsPolicy(
        name: "aliyun-cdn-domain",
        summary: "Alibaba Cloud CDN and DCDN domains: offline at once, parked at once since 2022-04-11",
        honoursDeferral: true,
        stages: [
            Stage("offline", since: .arrearsStart, [.suspendAll]),
            Stage("parked", since: .arrearsStart, when: [.anchoredFrom(parkingChange)], [.parkDomain]),
            Stage(
                "parked-by-old-rule",
                since: .arrearsStart,
                after: .hours(30 * 24),
                when: [.anchoredBefore(parkingChange)],
                [.parkDomain]
            ),
            Stage("released", since: .suspension, after: .months(12), [.release]),
        ]
    )

    /// 2022-04-11 00:00:00 in China.
    private static let parkingChange = ZoneRules.shanghai.instant(LocalDateTime(2022, 4, 11))

    /// Alibaba Cloud elastic IP addresses, pay-as-you-go: 15 days as before, then 1 Kbit/s, released after 30 days.
    /// Source: the vendor's documentation of EIP.
    public static let aliyunEIP = ArrearsPolicy(
        name: "aliyun-eip",
        summary: "Alibaba Cloud elastic IP pay-as-you-go: throttled after 15 days, released after 30",
        stages: [
            Stage("throttled", since: .earliestOverdueBill, after: .days(15), [.throttle(bitsPerSecond: 1_000)]),
            Stage("release-notice", since: .earliestOverdueBill, after: .days(29), [.remind]),
            Stage("released", since: .earliestOverdueBill, after: .days(30), [.release]),
        ]
    )
}
