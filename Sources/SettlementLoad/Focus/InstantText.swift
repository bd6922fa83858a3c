internal import SettlementLedger

/// Instants of ISO 8601 as exports of costs write them.
enum InstantText {
    /// `2026-10-01`, `2026-10-01T00:00Z`, `2026-10-01 00:00:00.000+08:00`; without an offset it is UTC.
    ///
    /// `nil`: no such instant from 1970 through 2200. Fractions of a second are read over.
    static func timestamp(_ bytes: [UInt8]) -> Timestamp? {
        var text = InstantScanner(bytes: bytes)
        guard let year = text.number(4), text.take("-"), let month = text.number(2), text.take("-"),
            let day = text.number(2), (1970...2200).contains(year), (1...12).contains(month)
        else { return nil }
        let first = Month(year: year, month: month)
        let days = (first.next.start().rawValue - first.start().rawValue) / 86_400_000_000_000
        guard day >= 1, day <= days else { return nil }
        var seconds = Int64(day - 1) * 86_400
        if text.take("T") || text.take(" ") {
            guard let clock = text.clock(), let offset = text.offset() else { return nil }
            seconds += clock - offset
        }
        return text.isAtEnd ? Timestamp(nanoseconds: first.start().rawValue + seconds * 1_000_000_000) : nil
    }
}

private struct InstantScanner {
    let bytes: [UInt8]
    private var position = 0

    init(bytes: [UInt8]) { self.bytes = bytes }

    var isAtEnd: Bool { position == bytes.count }

    mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard position < bytes.count, bytes[position] == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    /// Exactly `digits` digits.
    mutating func number(_ digits: Int) -> Int? {
        guard position + digits <= bytes.count else { return nil }
        var value = 0
        for byte in bytes[position..<position + digits] {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
            value = value * 10 + Int(byte - UInt8(ascii: "0"))
        }
        position += digits
        return value
    }

    /// `hh:mm`, `hh:mm:ss`, `hh:mm:ss.fff` in seconds.
    mutating func clock() -> Int64? {
        guard let hour = number(2), take(":"), let minute = number(2), hour < 24, minute < 60 else { return nil }
        var second = 0
        if take(":") {
            guard let read = number(2), read < 60 else { return nil }
            second = read
            if take(".") {
                guard number(1) != nil else { return nil }
                while number(1) != nil {}
            }
        }
        return Int64(hour * 3_600 + minute * 60 + second)
    }

    /// Nothing, `Z`, `+08:00` or `-0500` in seconds east of Greenwich.
    mutating func offset() -> Int64? {
        if isAtEnd || take("Z") { return 0 }
        let isEast = take("+")
        guard isEast || take("-"), let hour = number(2) else { return nil }
        _ = take(":")
        guard let minute = number(2), hour < 24, minute < 60 else { return nil }
        return Int64(hour * 3_600 + minute * 60) * (isEast ? 1 : -1)
    }
}
