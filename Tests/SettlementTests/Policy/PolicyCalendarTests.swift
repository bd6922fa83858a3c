import Settlement
import Testing

/// Each policy day by day against a table of dates and expected events: every event and no other, at its exact time,
/// however time passes.
@Suite struct PolicyCalendarTests {
    /// Facts that begin or end at a time on the wall of the policy's zone.
    typealias Change = (at: LocalDateTime, facts: (inout ArrearsFacts, Timestamp) -> Void)

    private func expect(
        _ policy: ArrearsPolicy,
        from begin: LocalDateTime,
        to end: LocalDateTime,
        _ changes: [Change],
        _ expected: [String],
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        for pace in PolicyWalk.Pace.allCases {
            var walk = PolicyWalk(policy, from: begin, to: end, pace: pace)
            for change in changes {
                walk.at(change.at) { change.facts(&$0, policy.timeZone.instant(change.at)) }
            }
            walk.finish()
            #expect(walk.lines == expected, "\(policy.name), \(pace)", sourceLocation: sourceLocation)
        }
    }

    private func fallsIntoArrears(_ time: LocalDateTime) -> Change {
        (
            time,
            { facts, now in
                facts.arrearsStart = now; facts.earliestOverdueBill = now; facts.overdueBills = 1
            }
        )
    }

    private func pays(_ time: LocalDateTime) -> Change { (time, { facts, _ in facts = .clear }) }

    @Test func ecsInChinaStopsAtOnceAndIsReleasedAfterFifteenDays() {
        // 15 days that hold a leap day.
        expect(
            .aliyunECSChina,
            from: LocalDateTime(2028, 1, 1),
            to: LocalDateTime(2028, 12, 31),
            [fallsIntoArrears(LocalDateTime(2028, 2, 14, hour: 9, minute: 30))],
            [
                "2028-02-14 09:30:00 stopped: blockPurchases",
                "2028-02-14 09:30:00 stopped: suspendAll",
                "2028-02-14 09:30:00 stopped: remind",
                "2028-02-29 09:30:00 released: release",
            ]
        )
    }

    @Test func ecsInChinaRunsOnUnderADeferralWithOneNoticeADay() {
        expect(
            .aliyunECSChina,
            from: LocalDateTime(2026, 10, 1),
            to: LocalDateTime(2026, 12, 31),
            [
                (LocalDateTime(2026, 10, 30, hour: 8), { facts, now in facts.deferralStart = now }),
                // A bill jumps over the quota.
                (
                    LocalDateTime(2026, 11, 2, hour: 7, minute: 59),
                    { facts, now in
                        facts.deferralStart = nil; facts.arrearsStart = now
                    }
                ),
                pays(LocalDateTime(2026, 11, 17, hour: 7, minute: 59)),
            ],
            [
                "2026-10-30 08:00:00 deferral-notice: remind",
                "2026-10-31 08:00:00 deferral-notice: remind",
                "2026-11-01 08:00:00 deferral-notice: remind",
                "2026-11-02 07:59:00 stopped: blockPurchases",
                "2026-11-02 07:59:00 stopped: suspendAll",
                "2026-11-02 07:59:00 stopped: remind",
                // The release falls due at the very instant of the payment: the payment wins.
                "2026-11-17 07:59:00 stopped: no more suspendAll",
                "2026-11-17 07:59:00 stopped: no more blockPurchases",
                "2026-11-17 07:59:00 cleared",
            ]
        )
    }

    @Test func ecsInternationalTriesThreeTimesThenStopsThenReleases() {
        expect(
            .aliyunECSInternational,
            from: LocalDateTime(2026, 1, 1),
            to: LocalDateTime(2027, 1, 1),
            [fallsIntoArrears(LocalDateTime(2026, 2, 1))],
            [
                "2026-02-01 00:00:00 overdue: attemptDeduction",
                "2026-02-01 00:00:00 overdue: blockPurchases",
                "2026-02-01 00:00:00 overdue: remind",
                "2026-02-08 00:00:00 second-deduction: attemptDeduction",
                "2026-02-15 00:00:00 third-deduction: attemptDeduction",
                "2026-02-16 00:00:00 stopped: suspendAll",
                "2026-02-16 00:00:00 stopped: remind",
                "2026-03-03 00:00:00 released: release",
            ]
        )
    }

    @Test func simpleServerIsRevivedByARenewalButNotByARecharge() {
        let expiry = ZoneRules.shanghai.at(2026, 1, 31, 23, 59)
        expect(
            .aliyunSimpleServer,
            from: LocalDateTime(2026, 1, 1),
            to: LocalDateTime(2026, 6, 1),
            [
                (LocalDateTime(2026, 1, 1), { facts, _ in facts.expiry = expiry }),
                // A recharge clears the account's arrears; the server does not care for them.
                (
                    LocalDateTime(2026, 2, 20),
                    { facts, _ in
                        facts.arrearsStart = nil; facts.owed = .zero
                    }
                ),
                // A month more, from the old expiry on: the last day of February.
                (
                    LocalDateTime(2026, 2, 25, hour: 10),
                    { facts, _ in facts.expiry = expiry.adding(.months(1), in: .shanghai) }
                ),
            ],
            [
                "2026-02-15 23:59:00 stopped: suspendAll",
                "2026-02-25 10:00:00 stopped: no more suspendAll",
                "2026-02-25 10:00:00 cleared",
                "2026-03-15 23:59:00 stopped: suspendAll",
                "2026-03-30 23:59:00 released: release",
            ]
        )
    }

    @Test(arguments: [
        // The last second of the old rule, and the first instant of the new one.
        (LocalDateTime(2022, 4, 10, hour: 23, minute: 59, second: 59), "2022-05-10 23:59:59 parked-by-old-rule"),
        (LocalDateTime(2022, 4, 11), "2022-04-11 00:00:00 parked"),
        (LocalDateTime(2022, 4, 11, second: 1), "2022-04-11 00:00:01 parked"),
    ])
    func domainIsParkedByTheRuleOfItsDay(_ start: LocalDateTime, _ parked: String) {
        expect(
            .aliyunCDNDomain,
            from: LocalDateTime(2022, 4, 1),
            to: LocalDateTime(2024, 1, 1),
            [fallsIntoArrears(start)],
            [
                "\(start) offline: suspendAll",
                "\(parked): parkDomain",
                "\(start.date.adding(months: 12)) \("\(start)".dropFirst(11)) released: release",
            ]
        )
    }

    @Test func elasticIPIsThrottledNotStopped() {
        expect(
            .aliyunEIP,
            from: LocalDateTime(2028, 2, 1),
            to: LocalDateTime(2028, 6, 1),
            [fallsIntoArrears(LocalDateTime(2028, 2, 1, hour: 12))],
            [
                "2028-02-16 12:00:00 throttled: throttle(bitsPerSecond: 1000)",
                "2028-03-01 12:00:00 release-notice: remind",
                "2028-03-02 12:00:00 released: release",
            ]
        )
    }

    @Test func awsLadderByTheAgeOfTheNotice() {
        expect(
            .awsChina,
            from: LocalDateTime(2026, 11, 1),
            to: LocalDateTime(2028, 1, 1),
            [(LocalDateTime(2026, 11, 30, hour: 18), { facts, now in facts.notice = now })],
            [
                "2026-11-30 18:00:00 notice: remind",
                "2026-12-01 18:00:00 purchases-frozen: blockPurchases",
                "2026-12-03 18:00:00 keys-invalid: invalidateAPIKeys",
                "2026-12-03 18:00:00 keys-invalid: suspendNonCritical",
                "2027-02-28 18:00:00 closed: suspendAll",
                "2027-02-28 18:00:00 closed: restorationFee",
                "2027-05-29 18:00:00 purged: release",
                "2027-05-29 18:00:00 purged: purge",
            ]
        )
    }

    @Test func tencentStopsAfterTwoHours() {
        expect(
            .tencent,
            from: LocalDateTime(2026, 12, 1),
            to: LocalDateTime(2027, 3, 1),
            [
                fallsIntoArrears(LocalDateTime(2026, 12, 31, hour: 22, minute: 30)),
                pays(LocalDateTime(2027, 1, 1, hour: 0, minute: 30)),
                fallsIntoArrears(LocalDateTime(2027, 1, 10)),
            ],
            [
                "2026-12-31 22:30:00 overdue: remind",
                // Paid at the instant of the stop: it does not happen.
                "2027-01-01 00:30:00 cleared",
                "2027-01-10 00:00:00 overdue: remind",
                "2027-01-10 02:00:00 stopped: suspendAll",
                "2027-01-25 02:00:00 released: release",
                "2027-01-25 02:00:00 released: remind",
            ]
        )
    }

    @Test func agesFollowTheClocksOfThePolicysZone() {
        let newYork = ZoneRules(name: "America/New_York", posix: "EST5EDT,M3.2.0,M11.1.0") ?? .utc
        let policy = ArrearsPolicy(
            name: "summer-time",
            summary: "",
            timeZone: newYork,
            stages: [
                .init("daily", since: .arrearsStart, repeating: .init(every: .days(1), times: 3), [.remind]),
                .init("hours", since: .arrearsStart, after: .hours(24), [.blockPurchases]),
                .init(
                    "morning",
                    since: .arrearsStart,
                    after: CalendarSpan(days: 2, timeOfDay: 2 * 3_600 + 1_800),
                    [.suspendAll]
                ),
                .init(
                    "month-ends",
                    since: .suspension,
                    repeating: .init(every: .months(1), times: 3),
                    [.attemptDeduction]
                ),
            ]
        )
        // The clocks are set forward on 2026-03-08 at 02:00.
        expect(
            policy,
            from: LocalDateTime(2026, 3, 1),
            to: LocalDateTime(2027, 1, 1),
            [(LocalDateTime(2026, 3, 6, hour: 12), { facts, now in facts.arrearsStart = now })],
            [
                "2026-03-06 12:00:00 daily: remind",
                "2026-03-07 12:00:00 daily: remind",
                "2026-03-07 12:00:00 hours: blockPurchases",
                "2026-03-08 03:30:00 morning: suspendAll",
                "2026-03-08 03:30:00 month-ends: attemptDeduction",
                "2026-03-08 12:00:00 daily: remind",
                "2026-04-08 03:30:00 month-ends: attemptDeduction",
                "2026-05-08 03:30:00 month-ends: attemptDeduction",
            ]
        )
        // And back on 2026-11-01 at 02:00: a day has 25 hours, 24 hours are not a day.
        expect(
            policy,
            from: LocalDateTime(2026, 10, 1),
            to: LocalDateTime(2026, 11, 2),
            [(LocalDateTime(2026, 10, 31, hour: 12), { facts, now in facts.arrearsStart = now })],
            [
                "2026-10-31 12:00:00 daily: remind",
                "2026-11-01 11:00:00 hours: blockPurchases",
                "2026-11-01 12:00:00 daily: remind",
            ]
        )
    }

    @Test func monthEndsDoNotDrift() {
        let policy = ArrearsPolicy(
            name: "monthly",
            summary: "",
            stages: [.init("monthly", since: .notice, repeating: .init(every: .months(1), times: 4), [.remind])]
        )
        expect(
            policy,
            from: LocalDateTime(2028, 1, 1),
            to: LocalDateTime(2029, 1, 1),
            [(LocalDateTime(2028, 1, 31), { facts, now in facts.notice = now })],
            [
                "2028-01-31 00:00:00 monthly: remind", "2028-02-29 00:00:00 monthly: remind",
                "2028-03-31 00:00:00 monthly: remind", "2028-04-30 00:00:00 monthly: remind",
            ]
        )
    }
}
