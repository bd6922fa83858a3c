import Settlement
import Testing

/// The shipped policies on the calendars of other zones: across changes of the clocks, leap days and month ends.
@Suite struct PolicyZoneTests {
    private static let zones: [ZoneRules] = [
        ("Asia/Shanghai", "CST-8"), ("America/New_York", "EST5EDT,M3.2.0,M11.1.0"),
        ("Europe/Berlin", "CET-1CEST,M3.5.0,M10.5.0/3"),
        ("Australia/Lord_Howe", "<+1030>-10:30<+11>-11,M10.1.0,M4.1.0"),
    ].compactMap { ZoneRules(name: $0, posix: $1) }

    private static let starts = [
        LocalDateTime(2026, 2, 28, hour: 12), LocalDateTime(2026, 10, 20, hour: 4, minute: 30),
        LocalDateTime(2028, 1, 31, hour: 23, minute: 59), LocalDateTime(2028, 2, 14),
        LocalDateTime(2026, 12, 31, hour: 6),
    ]

    @Test(arguments: ArrearsPolicy.shipped, zones)
    func stagesKeepTheirTimeOfDay(_ policy: ArrearsPolicy, _ zone: ZoneRules) {
        var policy = policy
        policy.timeZone = zone
        for start in Self.starts {
            let end = LocalDateTime(date: start.date.adding(months: 20))
            let walks = [PolicyWalk.Pace.daily, .byTimer, .inOneStep].map { pace in
                var walk = PolicyWalk(policy, from: LocalDateTime(date: start.date), to: end, pace: pace)
                walk.at(start) { facts in
                    let now = zone.instant(start)
                    facts.arrearsStart = now
                    facts.earliestOverdueBill = now
                    facts.notice = now
                    facts.expiry = now
                }
                walk.finish()
                return walk.lines
            }
            #expect(Set(walks).count == 1, "\(policy.name) from \(start) in \(zone.name)")
            for stage in policy.stages where stage.isOnTheCalendar {
                // Reckoned apart: the day by the calendar, the time of day as it was.
                let date = start.date.adding(months: stage.age.months).adding(days: stage.age.days)
                let due = LocalDateTime(date: date, nanosecondOfDay: start.nanosecondOfDay)
                let lines = walks[0].filter { $0.contains(" \(stage.name): ") && !$0.contains("no more") }
                #expect(lines.allSatisfy { $0.hasPrefix("\(due) ") }, "\(policy.name) from \(start) in \(zone.name)")
                #expect(!lines.isEmpty, "\(stage.name) of \(policy.name) from \(start) in \(zone.name)")
            }
        }
    }
}

extension ArrearsPolicy.Stage {
    /// Whether the stage is reached once, a number of months and days after one of the facts of the test.
    fileprivate var isOnTheCalendar: Bool {
        age.seconds == 0 && age.timeOfDay == nil && conditions.isEmpty && repetition == nil
            && [.arrearsStart, .earliestOverdueBill, .notice, .expiry].contains(anchor)
    }
}
