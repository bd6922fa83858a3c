import Testing

@testable import SettlementLoad

/// Bytes from memory, `piece` at a time.
final class MemorySource: ByteSource {
    private var rest: ArraySlice<UInt8>
    private let piece: Int

    init(_ text: String, piece: Int = .max) {
        self.rest = ArraySlice(Array(text.utf8))
        self.piece = piece
    }

    init(bytes: [UInt8]) {
        self.rest = ArraySlice(bytes)
        self.piece = .max
    }

    func read(into buffer: inout [UInt8]) -> Int {
        let count = min(piece, buffer.count, rest.count)
        buffer.replaceSubrange(0..<count, with: rest.prefix(count))
        rest = rest.dropFirst(count)
        return count
    }
}

@Suite struct CSVReaderTests {
    static func records(_ text: String, piece: Int = .max) throws -> [[String]] {
        var reader = CSVReader(MemorySource(text, piece: piece))
        var records: [[String]] = []
        while try reader.next() {
            records.append((0..<reader.record.count).map { reader.record.text($0) })
        }
        return records
    }

    @Test(arguments: [
        ("a,b\n1,2\n", [["a", "b"], ["1", "2"]]),
        ("a,b\r\n1,2\r\n", [["a", "b"], ["1", "2"]]),
        ("a,b\n1,2", [["a", "b"], ["1", "2"]]),
        ("a,b\r\n1,2\r", [["a", "b"], ["1", "2"]]),
        ("\u{FEFF}a,b\n1,2\n", [["a", "b"], ["1", "2"]]),
        ("\"a\",\"b\"\n", [["a", "b"]]),
        ("\"a,b\",\"c\"\"d\"\n", [["a,b", "c\"d"]]),
        ("\"line\r\none\nand two\",x\r\n", [["line\r\none\nand two", "x"]]),
        ("\"\"\"\",\"\"\n", [["\"", ""]]),
        (",,\n", [["", "", ""]]),
        ("a,\n", [["a", ""]]),
        ("a,", [["a", ""]]),
        ("a\n\n\r\nb\n", [["a"], ["b"]]),
        ("\n\n", []),
        ("", []),
        ("ä,漢字\n", [["ä", "漢字"]]),
        ("\"{\"\"env\"\":\"\"prod\"\"}\",\"\"\n", [["{\"env\":\"prod\"}", ""]]),
    ])
    func readsWhateverPiecesItGets(_ text: String, _ expected: [[String]]) throws {
        #expect(try Self.records(text) == expected)
        for piece in 1...7 where !text.hasPrefix("\u{FEFF}") || piece >= 3 {
            #expect(try Self.records(text, piece: piece) == expected)
        }
    }

    @Test(arguments: [
        ("a\"b\n", 1, 1, "a quote stands inside a field without quotes"),
        ("x,y\n1,\"a\"b\n", 2, 2, "something follows the closing quote"),
        ("x\n1\n\"abc\nd", 3, 1, "the file ends inside quotes"),
        ("x\n1\r2\n", 2, 1, "a carriage return stands alone"),
    ])
    func namesThePlaceOfWhatIsMalformed(_ text: String, _ line: Int, _ field: Int, _ problem: String) throws {
        let error = #expect(throws: CSVFailure.self) { try Self.records(text) }
        guard case .malformed(let found) = error else { return }
        #expect((found.line, found.field) == (line, field))
        #expect(found.problem == problem)
    }

    @Test func refusesUTF16AndARecordWithoutEnd() {
        var wide = CSVReader(MemorySource(bytes: [0xFF, 0xFE, 0x61, 0x00]))
        #expect(throws: CSVFailure.self) { try wide.next() }
        #expect(throws: CSVFailure.self) {
            try Self.records("a\n\"" + String(repeating: "x", count: CSVReader<MemorySource>.recordLimit + 1))
        }
    }

    @Test func knowsTheLineOfEachField() throws {
        var reader = CSVReader(MemorySource("h\n\"a\nb\",c\nd,e\n"))
        var lines: [[Int]] = []
        while try reader.next() { lines.append(Array(reader.record.lines.prefix(reader.record.count))) }
        #expect(lines == [[1], [2, 3], [4, 4]])
    }
}
