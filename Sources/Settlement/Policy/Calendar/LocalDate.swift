public import SettlementLedger

/// A day of the proleptic Gregorian calendar, without a time zone.
///
/// Every arithmetic on it is exact within about 292 years of 1970, the range of a ``Timestamp``.
public struct LocalDate: Sendable, Hashable, Comparable {
    /// Year and month.
    public let month: Month
    /// 1 through the length of the month.
    public let day: Int

    /// - Precondition: `day` exists in that month.
    public init(year: Int, month: Int, day: Int) {
        self.init(Month(year: year, month: month), day: day)
    }

    /// - Precondition: `day` exists in `month`.
    public init(_ month: Month, day: Int) {
        precondition((1...Self.length(of: month)).contains(day), "no such day: \(month)-\(day)")
        self.month = month
        self.day = day
    }

    /// The day so many days after 1970-01-01.
    public init(dayNumber: Int64) {
        month = Month(containing: Timestamp(seconds: dayNumber * Self.secondsPerDay))
        day = Int(dayNumber - Self.firstDayNumber(of: month)) + 1
    }

    /// Days since 1970-01-01.
    public var dayNumber: Int64 { Self.firstDayNumber(of: month) + Int64(day) - 1 }

    /// 0 for Sunday through 6 for Saturday.
    public var weekday: Int {
        // 1970-01-01 was a Thursday.
        let remainder = (dayNumber + 4) % 7
        return Int(remainder < 0 ? remainder + 7 : remainder)
    }

    /// The same day some months later or earlier; the last day of a month that is too short for it.
    public func adding(months count: Int) -> LocalDate {
        let target = Month(rawValue: UInt16(Int(month.rawValue) + count))
        return LocalDate(target, day: min(day, Self.length(of: target)))
    }

    /// The day some days later or earlier.
    public func adding(days count: Int) -> LocalDate { LocalDate(dayNumber: dayNumber + Int64(count)) }

    /// Number of days of a month: 28 through 31.
    public static func length(of month: Month) -> Int {
        Int(firstDayNumber(of: month.next) - firstDayNumber(of: month))
    }

    /// By the calendar.
    public static func < (a: Self, b: Self) -> Bool { (a.month, a.day) < (b.month, b.day) }

    static let secondsPerDay: Int64 = 86_400

    private static func firstDayNumber(of month: Month) -> Int64 {
        // Whole days: the division is exact.
        month.start().rawValue / (secondsPerDay * 1_000_000_000)
    }
}

extension LocalDate: CustomStringConvertible {
    /// `2026-11-07`.
    public var description: String { "\(month)-\(day < 10 ? "0" : "")\(day)" }
}

/// A date and a time of day as a calendar and a clock on the wall show them, without a time zone.
public struct LocalDateTime: Sendable, Hashable, Comparable {
    /// The day on the calendar.
    public var date: LocalDate
    /// Nanoseconds since the wall clock showed 00:00: below 86 400 s.
    public var nanosecondOfDay: Int64

    /// - Precondition: `nanosecondOfDay` is within a day of 24 hours.
    public init(date: LocalDate, nanosecondOfDay: Int64 = 0) {
        precondition(
            (0..<Self.nanosecondsPerDay).contains(nanosecondOfDay),
            "no such time of day: \(nanosecondOfDay) ns"
        )
        self.date = date
        self.nanosecondOfDay = nanosecondOfDay
    }

    /// - Precondition: the day and the time of day exist.
    public init(_ year: Int, _ month: Int, _ day: Int, hour: Int = 0, minute: Int = 0, second: Int = 0) {
        let time = Int64(hour * 3_600 + minute * 60 + second) * 1_000_000_000
        self.init(date: LocalDate(year: year, month: month, day: day), nanosecondOfDay: time)
    }

    /// The instant at which a clock of UTC shows this.
    var asUTC: Timestamp { Timestamp(nanoseconds: date.dayNumber * Self.nanosecondsPerDay + nanosecondOfDay) }

    /// What a clock of UTC shows at `time`.
    init(asUTC time: Timestamp) {
        var day = time.rawValue / Self.nanosecondsPerDay
        if time.rawValue < day * Self.nanosecondsPerDay { day -= 1 }
        self.init(date: LocalDate(dayNumber: day), nanosecondOfDay: time.rawValue - day * Self.nanosecondsPerDay)
    }

    /// By the calendar and the clock.
    public static func < (a: Self, b: Self) -> Bool { (a.date, a.nanosecondOfDay) < (b.date, b.nanosecondOfDay) }

    static let nanosecondsPerDay = LocalDate.secondsPerDay * 1_000_000_000
}

extension LocalDateTime: CustomStringConvertible {
    /// `2026-11-07 08:30:00`; fractions of a second are left out.
    public var description: String {
        let seconds = nanosecondOfDay / 1_000_000_000
        let parts = [seconds / 3_600, seconds / 60 % 60, seconds % 60].map { $0 < 10 ? "0\($0)" : "\($0)" }
        return "\(date) \(parts.joined(separator: ":"))"
    }
}
