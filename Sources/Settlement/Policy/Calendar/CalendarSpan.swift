public import SettlementLedger

/// A length of time as people agree on it: *3 months*, *15 days*, *30 × 24 hours*, *9 days before at 08:00*.
///
/// Months and days are steps on the calendar of a zone, so 15 days across a change of the clocks are not 360 hours;
/// seconds are counted as they pass.
public struct CalendarSpan: Sendable, Hashable {
    /// Months, before (negative) or after. A day that the month lacks becomes its last.
    public var months: Int
    /// Days on the calendar, added to the months.
    public var days: Int
    /// Seconds that pass, added last.
    public var seconds: Int64
    /// Seconds after 00:00 on the wall, to which the day that months and days lead to is set; `nil`: the time of day stays.
    public var timeOfDay: Int?

    /// - Precondition: `timeOfDay` is within a day.
    public init(months: Int = 0, days: Int = 0, seconds: Int64 = 0, timeOfDay: Int? = nil) {
        precondition(timeOfDay.map { (0..<86_400).contains($0) } ?? true, "a time of day must be within a day")
        self.months = months
        self.days = days
        self.seconds = seconds
        self.timeOfDay = timeOfDay
    }

    /// Nothing: at once.
    public static let zero = CalendarSpan()
    /// Hours that pass.
    public static func hours(_ count: Int64) -> CalendarSpan { CalendarSpan(seconds: count * 3_600) }
    /// Days on the calendar.
    public static func days(_ count: Int) -> CalendarSpan { CalendarSpan(days: count) }
    /// Months on the calendar.
    public static func months(_ count: Int) -> CalendarSpan { CalendarSpan(months: count) }

    /// This and `count` times `step`, to be measured from one anchor: month ends do not drift.
    func adding(_ count: Int, times step: CalendarSpan) -> CalendarSpan {
        CalendarSpan(
            months: months + count * step.months,
            days: days + count * step.days,
            seconds: seconds + Int64(count) * step.seconds,
            timeOfDay: timeOfDay
        )
    }
}

extension Timestamp {
    /// The instant a span after this one (or before, if it is negative), on the calendar of a zone. O(1).
    public func adding(_ span: CalendarSpan, in zone: ZoneRules) -> Timestamp {
        guard span.months != 0 || span.days != 0 || span.timeOfDay != nil else { return adding(seconds: span.seconds) }
        var local = zone.local(self)
        local.date = local.date.adding(months: span.months).adding(days: span.days)
        if let time = span.timeOfDay { local.nanosecondOfDay = Int64(time) * 1_000_000_000 }
        return zone.instant(local).adding(seconds: span.seconds)
    }
}

extension CalendarSpan: CustomStringConvertible {
    /// `3mo 15d`, `24h`, `90s`, `-9d at 08:00`; `0s` for none.
    public var description: String {
        var parts: [String] = []
        if months != 0 { parts.append("\(months)mo") }
        if days != 0 { parts.append("\(days)d") }
        if seconds != 0 { parts.append(seconds % 3_600 == 0 ? "\(seconds / 3_600)h" : "\(seconds)s") }
        var text = parts.isEmpty ? "0s" : parts.joined(separator: " ")
        if let timeOfDay {
            let clock = LocalDateTime(1970, 1, 1, second: timeOfDay).description
            text += " at \(clock.dropFirst(11).prefix(timeOfDay % 60 == 0 ? 5 : 8))"
        }
        return text
    }
}
