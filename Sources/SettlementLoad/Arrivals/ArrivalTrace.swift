internal import Yams

/// What a trace file says: a rate from each time on, or the time of each arrival.
enum ArrivalTrace: Sendable, Hashable {
    case rates([TracedRate])
    case arrivals([Int64])

    /// Most lines of a trace; they are held in memory.
    static let lineLimit = 2_000_000

    /// Reads CSV with a header `time,rate` or `time`, times ascending: `90s,1.2k/s` or `0.25`, in seconds without a unit.
    init(csv: String, file: String) throws(ProfileIssue) {
        var lines = csv.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        while lines.last?.isEmpty == true { lines.removeLast() }
        func issue(_ line: Int, _ column: Int, _ problem: String, _ expected: String) -> ProfileIssue {
            ProfileIssue(file: file, line: line, column: column, problem: problem, expected: expected)
        }
        let header = lines.first.map { Self.fields($0).map(\.text) } ?? []
        guard header == ["time", "rate"] || header == ["time"] else {
            throw issue(1, 1, "this is no header of a trace", "time,rate or time")
        }
        guard lines.count > 1 else { throw issue(1, 1, "the trace has no lines", "at least one") }
        guard lines.count <= Self.lineLimit else {
            throw issue(1, 1, "the trace has \(lines.count) lines", "at most \(Self.lineLimit)")
        }
        var rates: [TracedRate] = []
        var times: [Int64] = []
        for (number, line) in zip(2..., lines.dropFirst()) {
            let fields = Self.fields(line)
            guard fields.count == header.count else {
                throw issue(number, 1, "this line has \(fields.count) fields", "\(header.count)")
            }
            do throws(QuantityProblem) {
                times.append(try Self.time(fields[0].text))
            } catch {
                throw issue(number, 1, "'\(fields[0].text)' \(error.problem)", "a time, such as 90s or 0.25")
            }
            if times.count > 1, times[times.count - 1] < times[times.count - 2] {
                throw issue(number, 1, "this time is before that of the line above", "times that ascend")
            }
            guard fields.count == 2 else { continue }
            do throws(QuantityProblem) {
                rates.append(TracedRate(time: times[times.count - 1], rate: try Self.rate(fields[1].text)))
            } catch {
                throw issue(
                    number,
                    fields[1].column,
                    "'\(fields[1].text)' \(error.problem)",
                    "a rate, such as 500/s or 12.5"
                )
            }
        }
        self = header.count == 2 ? .rates(rates) : .arrivals(times)
    }

    /// The fields of a line, without the spaces around them, with the columns at which they begin.
    private static func fields(_ line: Substring) -> [(text: String, column: Int)] {
        var fields: [(String, Int)] = []
        var column = 1
        for field in line.split(separator: ",", omittingEmptySubsequences: false) {
            let spaces = field.prefix { $0 == " " }.count
            let text = String(field.dropFirst(spaces).reversed().drop { $0 == " " }.reversed())
            fields.append((text, column + spaces))
            column += field.count + 1
        }
        return fields
    }

    private static func time(_ text: String) throws(QuantityProblem) -> Int64 {
        try QuantityText.duration(text.last?.isNumber == true ? text + "s" : text)
    }

    private static func rate(_ text: String) throws(QuantityProblem) -> Rate {
        try QuantityText.rate(text.last?.isNumber == true ? text + "/s" : text)
    }
}

extension Grammar where Value == ArrivalTrace {
    /// The path of a trace, which is read at once.
    static let trace: Grammar = {
        let path = Grammar<String>.text("the path of a CSV file with columns time and rate, or time alone")
        return Grammar(expected: path.expected, schema: path.schema) { node, log in
            guard let text = log.file(at: node, expected: path.expected) else { return nil }
            do throws(ProfileIssue) {
                return try ArrivalTrace(csv: text.content, file: text.path)
            } catch {
                log.report(error)
                return nil
            }
        }
    }()
}
