/// Numbers as people read them.
public enum Display {
    /// `850 ns`, `1.24 ms`, `12.3 s`, `4 min 05 s`: three digits, halves rounded up.
    public static func duration(_ nanoseconds: Int64) -> String {
        let magnitude = nanoseconds.magnitude
        let sign = nanoseconds < 0 ? "-" : ""
        // Anything that would round to 1000 of a unit is written in the next one.
        switch magnitude {
        case ..<1_000: return "\(sign)\(magnitude) ns"
        case ..<999_500: return sign + threeDigits(magnitude, unit: 1_000) + " µs"
        case ..<999_500_000: return sign + threeDigits(magnitude, unit: 1_000_000) + " ms"
        case ..<99_950_000_000: return sign + threeDigits(magnitude, unit: 1_000_000_000) + " s"
        default:
            let seconds = (magnitude + 500_000_000) / 1_000_000_000
            let (minutes, rest) = (seconds / 60, seconds % 60)
            guard minutes >= 60 else { return "\(sign)\(minutes) min \(twoDigits(rest)) s" }
            return "\(sign)\(minutes / 60) h \(twoDigits(minutes % 60)) min"
        }
    }

    /// `1,234,567`.
    public static func count(_ value: Int64) -> String {
        let digits = Array(String(value.magnitude))
        var text = value < 0 ? "-" : ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index) % 3 == 0 { text.append(",") }
            text.append(digit)
        }
        return text
    }

    /// `312k/s`, `1.25M/s`, `42.0/s`.
    public static func rate(_ perSecond: Double) -> String {
        guard perSecond.isFinite else { return "-" }
        switch perSecond.magnitude {
        case ..<999.5: return decimal(perSecond, perSecond.magnitude < 99.95 ? 1 : 0) + "/s"
        case ..<999_500: return scaled(perSecond / 1_000) + "k/s"
        default: return scaled(perSecond / 1_000_000) + "M/s"
        }
    }

    /// A part of 1 as `12.5 %`, `0.031 %`.
    public static func share(_ part: Double) -> String {
        guard part.isFinite else { return "-" }
        let percent = part * 100
        return decimal(percent, percent == percent.rounded() ? 0 : percent.magnitude < 1 ? 3 : 1) + " %"
    }

    /// `64.0 MiB`.
    public static func bytes(_ value: Int64) -> String {
        let units = ["B", "KiB", "MiB", "GiB", "TiB"]
        var (size, unit) = (Double(value), 0)
        while size.magnitude >= 1_023.95, unit < units.count - 1 { (size, unit) = (size / 1_024, unit + 1) }
        return decimal(size, unit == 0 ? 0 : 1) + " " + units[unit]
    }

    /// `value` with a fixed number of decimals, halves away from 0.
    static func decimal(_ value: Double, _ places: Int) -> String {
        var factor = 1.0
        for _ in 0..<places { factor *= 10 }
        guard (value * factor).magnitude < 9e18 else { return "\(value)" }
        let units = Int64((value * factor).rounded())
        guard places > 0 else { return "\(units)" }
        let digits = String(units.magnitude)
        let padded = String(repeating: "0", count: max(0, places + 1 - digits.count)) + digits
        return (units < 0 ? "-" : "") + padded.dropLast(places) + "." + padded.suffix(places)
    }

    private static func scaled(_ value: Double) -> String {
        decimal(value, value.magnitude < 9.995 ? 2 : value.magnitude < 99.95 ? 1 : 0)
    }

    private static func threeDigits(_ value: UInt64, unit: UInt64) -> String {
        scaled(Double(value) / Double(unit))
    }

    private static func twoDigits(_ value: UInt64) -> String { value < 10 ? "0\(value)" : "\(value)" }
}
