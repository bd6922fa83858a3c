extension ZoneRules {
    /// Reads the rule of a zone in the notation of POSIX, which ends each file of the IANA database:
    /// `CST-8`, `EST5EDT,M3.2.0,M11.1.0`, `<-03>3`. Offsets count west of Greenwich there.
    ///
    /// - Parameters:
    ///   - name: of the zone.
    ///   - rule: days as `Mmonth.week.weekday`; the other notations of POSIX are not used by zones of today.
    /// - Returns: `nil` when `rule` is not in this notation.
    public init?(name: String, posix rule: String) {
        var text = Substring(rule)
        guard Self.takeName(&text), let west = Self.takeTime(&text), abs(west) <= Self.offsetMax else { return nil }
        let standard = -west
        guard !text.isEmpty else {
            self.init(name: name, offset: standard)
            return
        }
        guard Self.takeName(&text) else { return nil }
        var daylight = standard + 3_600
        if text.first != "," {
            guard let west = Self.takeTime(&text) else { return nil }
            daylight = -west
        }
        guard abs(daylight) <= Self.offsetMax else { return nil }
        guard let begins = Self.takeChange(&text), let ends = Self.takeChange(&text), text.isEmpty else { return nil }
        self.init(
            name: name,
            offset: standard,
            seasons: Seasons(daylightOffset: daylight, begins: begins, ends: ends)
        )
    }

    /// `EST` or `<+0330>`.
    private static func takeName(_ text: inout Substring) -> Bool {
        if text.first == "<" {
            guard let end = text.firstIndex(of: ">") else { return false }
            text = text[text.index(after: end)...]
            return true
        }
        let name = text.prefix { $0.isASCII && $0.isLetter }
        text = text.dropFirst(name.count)
        return name.count >= 3
    }

    /// Seconds: `[+-]h[h[h]][:mm[:ss]]`, at most a week.
    private static func takeTime(_ text: inout Substring) -> Int? {
        var sign = 1
        if let first = text.first, first == "+" || first == "-" {
            sign = first == "-" ? -1 : 1
            text = text.dropFirst()
        }
        guard let hours = takeNumber(&text), hours <= 167 else { return nil }
        var seconds = hours * 3_600
        for unit in [60, 1] where text.first == ":" {
            text = text.dropFirst()
            guard let part = takeNumber(&text), part < 60 else { return nil }
            seconds += part * unit
        }
        return sign * seconds
    }

    /// `,M3.2.0` with an optional `/time`, by default 02:00.
    private static func takeChange(_ text: inout Substring) -> YearlyChange? {
        guard text.hasPrefix(",M") else { return nil }
        text = text.dropFirst(2)
        guard let month = takeNumber(&text), take(".", &text), let week = takeNumber(&text), take(".", &text),
            let weekday = takeNumber(&text), (1...12).contains(month), (1...5).contains(week), weekday <= 6
        else { return nil }
        var second = 7_200
        if take("/", &text) {
            guard let time = takeTime(&text) else { return nil }
            second = time
        }
        return YearlyChange(month: month, week: week, weekday: weekday, second: second)
    }

    private static func take(_ character: Character, _ text: inout Substring) -> Bool {
        guard text.first == character else { return false }
        text = text.dropFirst()
        return true
    }

    private static func takeNumber(_ text: inout Substring) -> Int? {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        guard (1...3).contains(digits.count) else { return nil }
        text = text.dropFirst(digits.count)
        return Int(digits)
    }
}
