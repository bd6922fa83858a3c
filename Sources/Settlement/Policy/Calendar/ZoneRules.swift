public import SettlementLedger

/// How far the clocks of a time zone are ahead of UTC at every instant.
///
/// A table of past changes, and a yearly rule for everything after it: what the IANA database holds for a zone. A policy
/// carries its rules, so an update of the machine's time zone data cannot move a suspension.
public struct ZoneRules: Sendable, Hashable {
    /// The clocks are set at an instant.
    public struct Transition: Sendable, Hashable {
        /// When the clocks are set.
        public var time: Timestamp
        /// Seconds east of UTC from then on.
        public var offset: Int

        /// The clocks show `offset` seconds more than UTC from `time` on.
        public init(at time: Timestamp, offset: Int) {
            self.time = time
            self.offset = offset
        }
    }

    /// Daylight saving time, every year the same.
    public struct Seasons: Sendable, Hashable {
        /// Seconds east of UTC in summer.
        public var daylightOffset: Int
        /// When summer time begins, by the clock of standard time.
        public var begins: YearlyChange
        /// When summer time ends, by the clock of summer time.
        public var ends: YearlyChange

        /// Summer time between two days of every year; a zone of the south begins it late in the year.
        public init(daylightOffset: Int, begins: YearlyChange, ends: YearlyChange) {
            self.daylightOffset = daylightOffset
            self.begins = begins
            self.ends = ends
        }
    }

    /// A weekday of a month, such as the last Sunday of March at 02:00.
    public struct YearlyChange: Sendable, Hashable {
        /// 1 through 12.
        public var month: Int
        /// 1 for the first such weekday of the month through 4; 5 for the last.
        public var week: Int
        /// 0 for Sunday through 6 for Saturday.
        public var weekday: Int
        /// Seconds after 00:00 of that day; may lie outside the day.
        public var second: Int

        /// - Precondition: month, week and weekday are in their ranges.
        public init(month: Int, week: Int, weekday: Int, second: Int) {
            precondition(
                (1...12).contains(month) && (1...5).contains(week) && (0...6).contains(weekday),
                "no such day: month \(month), week \(week), weekday \(weekday)"
            )
            self.month = month
            self.week = week
            self.weekday = weekday
            self.second = second
        }
    }

    /// Whether the clocks of the zone are never set.
    public var isFixed: Bool { transitions.isEmpty && seasons == nil }

    /// The name of the zone, such as `Asia/Shanghai`.
    public let name: String
    /// Seconds east of UTC before the first transition.
    public let initialOffset: Int
    /// Past changes, ascending.
    public let transitions: [Transition]
    /// What repeats after the last transition; `nil`: the clocks are set no more.
    public let seasons: Seasons?

    /// - Precondition: transitions ascend, and every offset is within a day.
    public init(
        name: String,
        offset: Int,
        transitions: [Transition] = [],
        seasons: Seasons? = nil
    ) {
        precondition(
            zip(transitions, transitions.dropFirst()).allSatisfy { $0.time < $1.time },
            "transitions must ascend"
        )
        let offsets = [offset, seasons?.daylightOffset ?? 0] + transitions.map(\.offset)
        precondition(offsets.allSatisfy { abs($0) <= Self.offsetMax }, "an offset must be within a day")
        self.name = name
        self.initialOffset = offset
        self.transitions = transitions
        self.seasons = seasons
    }

    /// The most that clocks may be ahead of UTC, or behind, in seconds.
    static let offsetMax = 86_400

    /// China Standard Time, UTC+8 without daylight saving time since 1991-09-15.
    public static let shanghai = ZoneRules(name: "Asia/Shanghai", offset: 8 * 3_600)
    /// Coordinated Universal Time.
    public static let utc = ZoneRules(name: "UTC", offset: 0)
}

extension ZoneRules {
    /// Seconds east of UTC at an instant. O(log transitions).
    public func offset(at time: Timestamp) -> Int {
        var (low, high) = (0, transitions.count)
        while low < high {
            let middle = (low + high) / 2
            if transitions[middle].time <= time { low = middle + 1 } else { high = middle }
        }
        let standard = low == 0 ? initialOffset : transitions[low - 1].offset
        guard low == transitions.count, let seasons else { return standard }
        return seasons.isDaylight(at: time, standardOffset: standard) ? seasons.daylightOffset : standard
    }

    /// What the clocks of the zone show at an instant.
    public func local(_ time: Timestamp) -> LocalDateTime {
        LocalDateTime(asUTC: time.adding(seconds: Int64(offset(at: time))))
    }

    /// The instant at which the clocks of the zone show `local`.
    ///
    /// Shown twice, because the clocks were set back: the first time. Never shown, because they were set forward: as much
    /// later as they were set forward.
    public func instant(_ local: LocalDateTime) -> Timestamp {
        let utc = local.asUTC
        let before = offset(at: utc.adding(seconds: -LocalDate.secondsPerDay))
        let early = utc.adding(seconds: -Int64(before))
        let after = offset(at: utc.adding(seconds: LocalDate.secondsPerDay))
        guard before != after, offset(at: early) != before else { return early }
        let late = utc.adding(seconds: -Int64(after))
        return offset(at: late) == after ? late : early
    }
}

extension ZoneRules.Seasons {
    fileprivate func isDaylight(at time: Timestamp, standardOffset: Int) -> Bool {
        let year = LocalDateTime(asUTC: time.adding(seconds: Int64(standardOffset))).date.month.year
        let begin = begins.instant(year: year, offset: standardOffset)
        let end = ends.instant(year: year, offset: daylightOffset)
        return begin < end ? begin <= time && time < end : begin <= time || time < end
    }
}

extension ZoneRules.YearlyChange {
    /// When it happens in a year by a clock that is `offset` seconds ahead of UTC.
    fileprivate func instant(year: Int, offset: Int) -> Timestamp {
        let first = LocalDate(year: year, month: month, day: 1)
        let daysToWeekday = (weekday - first.weekday + 7) % 7
        var day = 1 + daysToWeekday + (week - 1) * 7
        if day > LocalDate.length(of: first.month) { day -= 7 }
        let seconds = LocalDate(first.month, day: day).dayNumber * LocalDate.secondsPerDay
        return Timestamp(seconds: seconds + Int64(second - offset))
    }
}

extension Timestamp {
    func adding(seconds: Int64) -> Timestamp { Timestamp(nanoseconds: rawValue + seconds * 1_000_000_000) }
}
