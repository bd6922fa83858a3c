internal import Settlement
internal import SettlementLedger

/// Spans, instants and actions as a policy file writes them.
enum CalendarText {
    /// `3mo 15d`, `24h`, `-9d at 08:00`, `0s`.
    static func span(_ text: String) throws(QuantityProblem) -> CalendarSpan {
        var words = text.split(separator: " ")
        var span = CalendarSpan.zero
        if let at = words.firstIndex(of: "at") {
            guard at == words.count - 2, let time = timeOfDay(words[at + 1]) else {
                throw QuantityProblem("has no time of day behind 'at'")
            }
            span.timeOfDay = time
            words.removeLast(2)
        }
        guard !words.isEmpty else { throw QuantityProblem("is no length of time") }
        for word in words {
            let number = word.prefix { $0 == "-" || ($0.isASCII && $0.isNumber) }
            guard let count = Int(number), (-1_000_000...1_000_000).contains(count) else {
                throw QuantityProblem("is no length of time")
            }
            switch word.dropFirst(number.count) {
            case "mo": span.months += count
            case "d": span.days += count
            case "h": span.seconds += Int64(count) * 3_600
            case "min": span.seconds += Int64(count) * 60
            case "s": span.seconds += Int64(count)
            case let unit:
                throw QuantityProblem(unit.isEmpty ? "has no unit" : "has '\(unit)', which is no unit of time")
            }
        }
        // Together, so that no policy leads to an instant beyond the calendar.
        let days = abs(span.months) * 31 + abs(span.days) + Int(abs(span.seconds) / 86_400)
        guard days <= 36_525 else { throw QuantityProblem("is over a century") }
        return span
    }

    /// `08:00` or `08:00:00`, in seconds of the day.
    private static func timeOfDay(_ text: Substring) -> Int? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard (2...3).contains(parts.count), parts.allSatisfy({ $0.count == 2 }) else { return nil }
        let numbers = parts.compactMap { digits($0) }
        guard numbers.count == parts.count, numbers[0] < 24, numbers.allSatisfy({ $0 < 60 }) else { return nil }
        return numbers[0] * 3_600 + numbers[1] * 60 + (numbers.count == 3 ? numbers[2] : 0)
    }

    /// `2022-04-11T00:00:00+08:00`.
    static func instant(_ text: String) throws(QuantityProblem) -> Timestamp {
        let problem = QuantityProblem("is no instant")
        guard text.count == 25, let year = digits(text.prefix(4)), let month = digits(text.dropFirst(5).prefix(2)),
            let day = digits(text.dropFirst(8).prefix(2)), let time = timeOfDay(text.dropFirst(11).prefix(8)),
            let offset = timeOfDay(text.suffix(5)), (1_700...2_200).contains(year), (1...12).contains(month), day >= 1,
            day <= LocalDate.length(of: Month(year: year, month: month))
        else { throw problem }
        let marks = Array(text)
        guard [marks[4], marks[7], marks[10]] == ["-", "-", "T"], marks[19] == "+" || marks[19] == "-" else {
            throw problem
        }
        let local = LocalDateTime(year, month, day, second: time)
        let zone = ZoneRules(name: "", offset: marks[19] == "+" ? offset : -offset)
        return zone.instant(local)
    }

    /// `remind`, `throttle 1kbit/s`.
    static func action(_ text: String) throws(QuantityProblem) -> ArrearsAction {
        if let action = plainActions.first(where: { $0.word == text })?.action { return action }
        guard text.hasPrefix("throttle "), text.hasSuffix("bit/s") else { throw QuantityProblem("is not known here") }
        let rate = try QuantityText.count(String(text.dropFirst(9).dropLast(5)))
        guard let bits = Int(exactly: rate), bits > 0 else { throw QuantityProblem("lets nothing through") }
        return .throttle(bitsPerSecond: bits)
    }

    static let plainActions: [(word: String, action: ArrearsAction)] = [
        ("remind", .remind), ("attemptDeduction", .attemptDeduction), ("restorationFee", .restorationFee),
        ("blockPurchases", .blockPurchases), ("invalidateAPIKeys", .invalidateAPIKeys),
        ("suspendNonCritical", .suspendNonCritical), ("suspendAll", .suspendAll), ("parkDomain", .parkDomain),
        ("release", .release), ("purge", .purge),
    ]

    private static func digits(_ text: Substring) -> Int? {
        text.allSatisfy { $0.isASCII && $0.isNumber } ? Int(text) : nil
    }
}

extension Grammar where Value == CalendarSpan {
    static let span = Grammar.scalar(
        "a span, such as 15d, 24h, 3mo or -9d at 08:00",
        schema: [
            "type": "string", "pattern": #"^-?[0-9]+(mo|d|h|min|s)( -?[0-9]+(mo|d|h|min|s))*( at \d\d:\d\d(:\d\d)?)?$"#,
        ]
    ) { text throws(QuantityProblem) in try CalendarText.span(text) }
}

extension Grammar where Value == Timestamp {
    static let instant = Grammar.scalar(
        "an instant, such as 2022-04-11T00:00:00+08:00",
        schema: ["type": "string", "format": "date-time"]
    ) { text throws(QuantityProblem) in try CalendarText.instant(text) }
}

extension Grammar where Value == ArrearsAction {
    static let action = Grammar.scalar(
        (CalendarText.plainActions.map(\.word) + ["throttle 1kbit/s"]).alternatives,
        schema: ["type": "string"]
    ) { text throws(QuantityProblem) in try CalendarText.action(text) }
}
