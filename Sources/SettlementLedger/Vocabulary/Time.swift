/// An instant of business time: nanoseconds since 1970-01-01T00:00:00Z.
///
/// Time reaches the ledger only as a field of a command, so replay does not depend on any clock.
public struct Timestamp: RawRepresentable, Sendable, Hashable, Comparable, BitwiseCopyable {
    /// Nanoseconds since the Unix epoch.
    public var rawValue: Int64
    /// - Parameter rawValue: nanoseconds since the Unix epoch.
    public init(rawValue: Int64) { self.rawValue = rawValue }
    /// - Parameter nanoseconds: since the Unix epoch.
    public init(nanoseconds: Int64) { self.rawValue = nanoseconds }
    /// - Precondition: `seconds` lies within about 292 years of the epoch.
    public init(seconds: Int64) { self.rawValue = seconds * 1_000_000_000 }
    /// Earlier is less.
    public static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
}

/// A billing month of the proleptic Gregorian calendar.
public struct Month: RawRepresentable, Sendable, Hashable, Comparable, BitwiseCopyable {
    /// Months since January of year 0.
    public var rawValue: UInt16
    /// - Parameter rawValue: months since January of year 0.
    public init(rawValue: UInt16) { self.rawValue = rawValue }

    /// - Parameter month: 1 through 12.
    public init(year: Int, month: Int) {
        precondition((0...5_460).contains(year) && (1...12).contains(month), "no such month: \(year)-\(month)")
        self.rawValue = UInt16(year * 12 + month - 1)
    }

    /// The month that contains `time` at a fixed offset from UTC. O(1).
    public init(containing time: Timestamp, offsetMinutes: Int = 0) {
        let local = time.rawValue.flooredDivision(by: 1_000_000_000) + Int64(offsetMinutes) * 60
        let civil = Self.civil(dayNumber: local.flooredDivision(by: 86_400))
        self.init(year: civil.year, month: civil.month)
    }

    /// The year of the month.
    public var year: Int { Int(rawValue) / 12 }
    /// 1 through 12.
    public var month: Int { Int(rawValue) % 12 + 1 }
    /// The following month.
    public var next: Month { Month(rawValue: rawValue + 1) }
    /// The preceding month.
    public var previous: Month { Month(rawValue: rawValue - 1) }

    /// The first instant of the month at a fixed offset from UTC. O(1).
    public func start(offsetMinutes: Int = 0) -> Timestamp {
        Timestamp(seconds: Self.dayNumber(year: year, month: month) * 86_400 - Int64(offsetMinutes) * 60)
    }

    /// Earlier is less.
    public static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }

    /// Year and month of a day counted from 1970-01-01 (eras of 400 years, years that begin in March).
    private static func civil(dayNumber: Int64) -> (year: Int, month: Int) {
        let shifted = dayNumber + 719_468
        let era = shifted.flooredDivision(by: 146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth = (5 * dayOfYear + 2) / 153
        let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (Int(year), Int(month))
    }

    /// The day, counted from 1970-01-01, on which a month begins that is counted from January of year 0.
    static func firstDay(ofMonthNumber number: Int64) -> Int64 {
        dayNumber(year: Int(number / 12), month: Int(number % 12) + 1)
    }

    private static func dayNumber(year: Int, month: Int) -> Int64 {
        let marchYear = Int64(month <= 2 ? year - 1 : year)
        let era = marchYear.flooredDivision(by: 400)
        let yearOfEra = marchYear - era * 400
        let dayOfYear = Int64((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5)
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }
}

extension Month: CustomStringConvertible {
    /// `2026-11`.
    public var description: String {
        let digits = String(year)
        return String(repeating: "0", count: max(0, 4 - digits.count)) + digits + (month < 10 ? "-0" : "-")
            + String(month)
    }
}

extension Int64 {
    /// Division that rounds toward negative infinity.
    @inline(__always)
    func flooredDivision(by divisor: Int64) -> Int64 {
        let quotient = self / divisor
        return self % divisor != 0 && (self < 0) != (divisor < 0) ? quotient - 1 : quotient
    }
}
