import Foundation
import Settlement
import Testing

/// The rules of zones beside Foundation's, which reads the IANA database of the machine.
@Suite struct ZoneRulesTests {
    static let rules: [(name: String, posix: String)] = [
        ("Asia/Shanghai", "CST-8"),
        ("America/New_York", "EST5EDT,M3.2.0,M11.1.0"),
        ("Europe/Berlin", "CET-1CEST,M3.5.0,M10.5.0/3"),
        ("Australia/Sydney", "AEST-10AEDT,M10.1.0,M4.1.0/3"),
        ("Australia/Lord_Howe", "<+1030>-10:30<+11>-11,M10.1.0,M4.1.0"),
        ("America/Sao_Paulo", "<-03>3"),
        ("Asia/Kathmandu", "<+0545>-5:45"),
    ]

    @Test(arguments: rules)
    func offsetIsThatOfTheDatabase(_ name: String, _ posix: String) throws {
        let rules = try #require(ZoneRules(name: name, posix: posix))
        let zone = try #require(TimeZone(identifier: name))
        // Every hour of four years with a leap day, and every 19 hours for two decades.
        let begin = Int64(1_766_620_800)
        let steps = (0..<36_000).map { begin + Int64($0) * 3_600 } + (0..<9_000).map { begin + Int64($0) * 68_400 }
        for second in steps {
            let date = Date(timeIntervalSince1970: TimeInterval(second))
            #expect(rules.offset(at: Timestamp(seconds: second)) == zone.secondsFromGMT(for: date))
        }
    }

    @Test(arguments: rules)
    func localTimeLeadsBackToItsInstant(_ name: String, _ posix: String) throws {
        let rules = try #require(ZoneRules(name: name, posix: posix))
        for step in 0..<18_000 {
            let time = Timestamp(seconds: 1_766_620_800 + Int64(step) * 1_800)
            let local = rules.local(time)
            let back = rules.instant(local)
            // Of two instants with one local time the first is meant.
            #expect(back <= time && rules.local(back) == local)
        }
    }

    @Test func clocksSetForwardMoveATimeThatNeverWas() throws {
        let berlin = try #require(ZoneRules(name: "Europe/Berlin", posix: "CET-1CEST,M3.5.0,M10.5.0/3"))
        let gap = berlin.instant(LocalDateTime(2026, 3, 29, hour: 2, minute: 30))
        #expect(berlin.local(gap) == LocalDateTime(2026, 3, 29, hour: 3, minute: 30))
        let twice = berlin.instant(LocalDateTime(2026, 10, 25, hour: 2, minute: 30))
        #expect(berlin.offset(at: twice) == 7_200)
    }

    @Test func transitionsOfThePastComeBeforeTheYearlyRule() {
        let change = Timestamp(seconds: 684_867_600)
        let zone = ZoneRules(name: "Asia/Shanghai", offset: 32_400, transitions: [.init(at: change, offset: 28_800)])
        #expect(zone.offset(at: Timestamp(nanoseconds: change.rawValue - 1)) == 32_400)
        #expect(zone.offset(at: change) == 28_800)
    }

    @Test(arguments: [
        "", "C", "CST", "EST5EDT", "EST5EDT,M3.2.0", "EST5EDT,M13.2.0,M11.1.0", "CST-8x", "CST-8,M3.2.0,M11.1.0",
    ])
    func whatIsNoRuleIsRefused(_ text: String) {
        #expect(ZoneRules(name: "x", posix: text) == nil)
    }

    @Test func everyDayHasItsNumber() {
        var date = LocalDate(year: 1970, month: 1, day: 1)
        #expect(date.dayNumber == 0 && date.weekday == 4)
        for number in 1..<25_000 {
            let next = date.adding(days: 1)
            #expect(next.dayNumber == Int64(number) && LocalDate(dayNumber: Int64(number)) == next && date < next)
            #expect(next.weekday == (date.weekday + 1) % 7)
            date = next
        }
        #expect(LocalDate(dayNumber: -1) == LocalDate(year: 1969, month: 12, day: 31))
    }
}

@Suite struct CalendarSpanTests {
    static let newYork = ZoneRules(name: "America/New_York", posix: "EST5EDT,M3.2.0,M11.1.0") ?? .utc

    @Test(arguments: [
        // A month that is too short ends on its last day, whatever the year.
        ((2027, 11, 30), CalendarSpan.months(3), (2028, 2, 29)),
        ((2026, 11, 30), .months(3), (2027, 2, 28)),
        ((2026, 1, 31), .months(1), (2026, 2, 28)),
        ((2026, 1, 31), .months(13), (2027, 2, 28)),
        ((2026, 3, 31), .months(-1), (2026, 2, 28)),
        ((2028, 2, 29), .months(12), (2029, 2, 28)),
        ((2028, 2, 14), .days(15), (2028, 2, 29)),
        ((2026, 12, 20), .days(15), (2027, 1, 4)),
        ((2026, 1, 10), .days(-15), (2025, 12, 26)),
        ((2026, 8, 31), CalendarSpan(months: 3, days: 90), (2027, 2, 28)),
    ])
    func daysAndMonthsAreStepsOnTheCalendar(from: (Int, Int, Int), span: CalendarSpan, to: (Int, Int, Int)) {
        for zone in [ZoneRules.shanghai, Self.newYork] {
            let begin = zone.instant(LocalDateTime(from.0, from.1, from.2, hour: 13, minute: 5))
            let end = zone.instant(LocalDateTime(to.0, to.1, to.2, hour: 13, minute: 5))
            #expect(begin.adding(span, in: zone) == end)
        }
    }

    @Test func fifteenDaysAcrossAChangeOfTheClocksAreNot360Hours() {
        let begin = Self.newYork.instant(LocalDateTime(2026, 3, 1, hour: 9))
        let days = begin.adding(.days(15), in: Self.newYork)
        let hours = begin.adding(.hours(360), in: Self.newYork)
        #expect(Self.newYork.local(days) == LocalDateTime(2026, 3, 16, hour: 9))
        #expect(hours.rawValue - days.rawValue == 3_600_000_000_000)
    }

    @Test func aTimeOfDayIsOnTheClockOfTheZone() {
        let expiry = Self.newYork.instant(LocalDateTime(2026, 3, 15, hour: 23, minute: 59))
        let attempt = expiry.adding(CalendarSpan(days: -9, timeOfDay: 8 * 3_600), in: Self.newYork)
        #expect(Self.newYork.local(attempt) == LocalDateTime(2026, 3, 6, hour: 8))
    }
}
