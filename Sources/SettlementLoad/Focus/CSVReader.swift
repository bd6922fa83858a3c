/// What makes a file no CSV, and where.
struct CSVProblem: Error, Hashable {
    /// Line of the file, from 1.
    var line: Int
    /// Field of the record, from 1.
    var field: Int
    var problem: String
    var expected: String
}

/// Why no further record can be read.
enum CSVFailure: Error {
    case malformed(CSVProblem)
    case unreadable(FileProblem)
}

/// One record: its fields without quotes, in a buffer that is used again.
struct CSVRecord {
    fileprivate(set) var bytes: [UInt8] = []
    /// Where each field ends in `bytes`.
    fileprivate(set) var ends: [Int] = []
    /// The line of the file on which each field begins.
    fileprivate(set) var lines: [Int] = []

    var count: Int { ends.count }
    /// The line on which the record begins.
    var line: Int { lines.first ?? 1 }

    /// The bytes of a field. O(1).
    func field(_ index: Int) -> ArraySlice<UInt8> {
        bytes[(index == 0 ? 0 : ends[index - 1])..<ends[index]]
    }

    /// The field as text.
    func text(_ index: Int) -> String { String(decoding: field(index), as: UTF8.self) }

    fileprivate mutating func begin(onLine line: Int) {
        bytes.removeAll(keepingCapacity: true)
        ends.removeAll(keepingCapacity: true)
        lines.removeAll(keepingCapacity: true)
        lines.append(line)
    }
}

/// Reads records of RFC 4180: quoted fields with line breaks and doubled quotes, CRLF or LF, with or without a byte
/// order mark. Memory is bounded by the largest record, whatever the size of the file.
struct CSVReader<Source: ByteSource & ~Copyable>: ~Copyable {
    private enum State {
        case fieldStart, unquoted, quoted, quoteInQuoted, carriageReturn
    }

    /// Above this a quote was probably left open.
    static var recordLimit: Int { 4 * 1_048_576 }

    private let source: Source
    private var buffer: [UInt8]
    private var position = 0
    private var available = 0
    private var line = 1
    private var isAtBeginning = true

    /// The record that ``next()`` has read.
    private(set) var record = CSVRecord()

    init(_ source: consuming Source, bufferSize: Int = 1 << 18) {
        self.source = source
        self.buffer = [UInt8](repeating: 0, count: bufferSize)
    }

    /// Reads the next record that is not an empty line; `false` at the end.
    mutating func next() throws(CSVFailure) -> Bool {
        var state = State.fieldStart
        record.begin(onLine: line)
        while true {
            if position == available {
                guard try refill() else { return try finish(state) }
            }
            guard try consumePiece(&state) else { continue }
            // A record of one empty field is an empty line.
            if record.count > 1 || !record.bytes.isEmpty { return true }
            record.begin(onLine: line)
            state = .fieldStart
        }
    }

    /// Goes through what is in the buffer; `true` once a record has ended.
    private mutating func consumePiece(_ state: inout State) throws(CSVFailure) -> Bool {
        while position < available {
            if state == .quoted || state == .unquoted || state == .fieldStart {
                try takeRun(&state)
                guard position < available else { return false }
            }
            let byte = buffer[position]
            position += 1
            switch (state, byte) {
            case (.quoted, _):
                state = .quoteInQuoted
            case (.carriageReturn, UInt8(ascii: "\n")):
                endLine()
                return true
            case (.carriageReturn, _):
                throw failure("a carriage return stands alone", expected: "CR LF or LF at the end of a line")
            case (_, UInt8(ascii: ",")):
                record.ends.append(record.bytes.count)
                record.lines.append(line)
                state = .fieldStart
            case (_, UInt8(ascii: "\n")):
                endLine()
                return true
            case (_, UInt8(ascii: "\r")):
                state = .carriageReturn
            case (.fieldStart, _):
                state = .quoted
            case (.quoteInQuoted, UInt8(ascii: "\"")):
                record.bytes.append(byte)
                state = .quoted
            case (.quoteInQuoted, _):
                throw failure(
                    "something follows the closing quote",
                    expected: "a comma, the end of the line or a second quote"
                )
            case (.unquoted, _):
                throw failure("a quote stands inside a field without quotes", expected: "the whole field in quotes")
            }
        }
        return false
    }

    /// Takes all bytes up to the next one that means something.
    private mutating func takeRun(_ state: inout State) throws(CSVFailure) {
        let start = position
        let run = Self.run(in: buffer.span, start..<available, isQuoted: state == .quoted)
        guard run.end > start else { return }
        guard record.bytes.count + run.end - start <= Self.recordLimit else {
            throw failure(
                "the record is longer than 4 MiB",
                expected: "a closing quote long before",
                line: record.line
            )
        }
        record.bytes.append(contentsOf: buffer[start..<run.end])
        position = run.end
        line += run.lineFeeds
        if state == .fieldStart { state = .unquoted }
    }

    /// Where the next byte with a meaning stands: inside quotes a quote, elsewhere also a comma or the end of a line.
    private static func run(
        in bytes: Span<UInt8>,
        _ range: Range<Int>,
        isQuoted: Bool
    ) -> (end: Int, lineFeeds: Int) {
        var (end, lineFeeds) = (range.lowerBound, 0)
        if isQuoted {
            while end < range.upperBound, bytes[end] != UInt8(ascii: "\"") {
                if bytes[end] == UInt8(ascii: "\n") { lineFeeds += 1 }
                end += 1
            }
        } else {
            // All bytes with a meaning are at most a comma.
            while end < range.upperBound, bytes[end] > UInt8(ascii: ",") || !hasMeaning(bytes[end]) { end += 1 }
        }
        return (end, lineFeeds)
    }

    private static func hasMeaning(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: ",") || byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r")
            || byte == UInt8(ascii: "\"")
    }

    private mutating func endLine() {
        record.ends.append(record.bytes.count)
        line += 1
    }

    /// The end of the file also ends the last line.
    private mutating func finish(_ state: State) throws(CSVFailure) -> Bool {
        switch state {
        case .quoted:
            throw failure("the file ends inside quotes", expected: "a closing quote", line: record.lines.last)
        case .fieldStart where record.count == 0:
            return false
        case .fieldStart, .unquoted, .quoteInQuoted, .carriageReturn:
            record.ends.append(record.bytes.count)
            return true
        }
    }

    private mutating func refill() throws(CSVFailure) -> Bool {
        position = 0
        do throws(FileProblem) {
            available = try source.read(into: &buffer)
        } catch {
            throw .unreadable(error)
        }
        if isAtBeginning, available > 0 { try skipByteOrderMark() }
        return available > 0
    }

    private mutating func skipByteOrderMark() throws(CSVFailure) {
        isAtBeginning = false
        // A source may deliver fewer bytes than asked for, but not fewer than a mark.
        let beginning = buffer[..<min(3, available)]
        if beginning.elementsEqual([0xEF, 0xBB, 0xBF]) { position = 3 }
        if beginning.starts(with: [0xFF, 0xFE]) || beginning.starts(with: [0xFE, 0xFF]) {
            throw failure("the file is UTF-16", expected: "UTF-8")
        }
    }

    private func failure(_ problem: String, expected: String, line: Int? = nil) -> CSVFailure {
        .malformed(
            CSVProblem(line: line ?? self.line, field: record.count + 1, problem: problem, expected: expected)
        )
    }
}
