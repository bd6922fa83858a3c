internal import SettlementLedger
internal import Yams

/// The numbers in one column of a CSV file, to be drawn from.
enum EmpiricalValues {
    /// Most numbers that are kept; of a longer file, the first.
    static let limit = 1_000_000

    /// A text as a byte source.
    private struct Text: ByteSource, ~Copyable {
        let bytes: [UInt8]
        let position = Shared(0)

        func read(into buffer: inout [UInt8]) throws(FileProblem) -> Int {
            let start = position.withLock { $0 }
            let count = min(buffer.count, bytes.count - start)
            buffer.replaceSubrange(0..<count, with: bytes[start..<start + count])
            position.withLock { $0 = start + count }
            return count
        }
    }

    /// Reads a column; what `parse` calls `nil` without a problem is passed over.
    ///
    /// - Throws: an issue that names the place in the file.
    static func read(
        _ csv: String,
        file: String,
        column: String,
        parse: (String) throws(QuantityProblem) -> Int64?
    ) throws(ProfileIssue) -> [Int64] {
        var reader = CSVReader(Text(bytes: Array(csv.utf8)))
        var values: [Int64] = []
        guard try next(&reader, file) else {
            throw ProfileIssue(file: file, line: 1, column: 1, problem: "the file is empty", expected: "a header")
        }
        let header = (0..<reader.record.count).map { reader.record.text($0) }
        guard let index = header.firstIndex(of: column) else {
            throw ProfileIssue(
                file: file,
                line: 1,
                column: 1,
                problem: "there is no column '\(column)'",
                expected: header.alternatives,
                suggestion: Spelling.nearest(to: column, among: header)
            )
        }
        while try next(&reader, file), values.count < limit {
            guard index < reader.record.count else { continue }
            let text = reader.record.text(index)
            do throws(QuantityProblem) {
                if let value = try parse(text) { values.append(value) }
            } catch {
                throw ProfileIssue(
                    file: file,
                    line: reader.record.line,
                    column: 1,
                    problem: "'\(text)' in column \(column) \(error.problem)",
                    expected: "a number"
                )
            }
        }
        guard !values.isEmpty else {
            let problem = "column \(column) has no number that could be drawn"
            throw ProfileIssue(file: file, line: 1, column: 1, problem: problem, expected: "at least one")
        }
        return values
    }

    private static func next(_ reader: inout CSVReader<Text>, _ file: String) throws(ProfileIssue) -> Bool {
        do throws(CSVFailure) {
            return try reader.next()
        } catch {
            switch error {
            case .malformed(let problem):
                throw ProfileIssue(
                    file: file,
                    line: problem.line,
                    column: problem.field,
                    problem: problem.problem,
                    expected: problem.expected
                )
            case .unreadable(let problem):
                throw ProfileIssue(file: file, line: 1, column: 1, problem: problem.reason)
            }
        }
    }
}
