extension FocusImport {
    /// Reads the whole file at `path` before anything is given out, so nothing is ever half imported.
    ///
    /// It reads from disk and blocks while it does; memory grows with accounts and groups, not with the file.
    /// - Throws: ``InvalidImport`` with up to ``InvalidImport/limit`` issues.
    public init(contentsOf path: String) throws(InvalidImport) {
        let reader: FileReader
        do throws(FileProblem) {
            reader = try FileReader(path: path)
        } catch {
            throw InvalidImport(unreadable: error, file: path, line: 1)
        }
        self = try FocusImporter(file: path).read(reader)
    }
}

extension InvalidImport {
    fileprivate init(unreadable problem: FileProblem, file: String, line: Int) {
        let issue = ImportIssue(
            file: file,
            line: line,
            problem: "the file cannot be read: \(problem.reason)",
            expected: "a readable CSV file"
        )
        self.init(issues: [issue])
    }
}

/// Turns records into lines, adds them up and gathers what is wrong with them.
struct FocusImporter {
    let file: String

    func read<Source: ByteSource & ~Copyable>(
        _ source: consuming Source,
        bufferSize: Int = 1 << 18
    ) throws(InvalidImport) -> FocusImport {
        var csv = CSVReader(source, bufferSize: bufferSize)
        guard try nextRecord(&csv, after: []) else {
            throw InvalidImport(issues: [issue(line: 1, "the file is empty", expected: "a header and lines of costs")])
        }
        let header = try FocusHeader(csv.record, file: file)
        var parser = FocusLineParser(header: header)
        var aggregation = FocusAggregation()
        var issues: [ImportIssue] = []
        while try nextRecord(&csv, after: issues) {
            if let found = add(csv.record, header, &parser, &aggregation) { issues.append(found) }
            if issues.count == InvalidImport.limit { throw InvalidImport(issues: issues, hasMore: true) }
        }
        guard issues.isEmpty else { throw InvalidImport(issues: issues) }
        guard let result = aggregation.finished() else {
            throw InvalidImport(issues: [issue(line: 2, "there are no lines of costs", expected: "at least one")])
        }
        return result
    }

    /// Adds a record, or tells why it cannot be added.
    private func add(
        _ record: CSVRecord,
        _ header: FocusHeader,
        _ parser: inout FocusLineParser,
        _ aggregation: inout FocusAggregation
    ) -> ImportIssue? {
        guard record.count == header.names.count else {
            return issue(
                line: record.line,
                "the line has \(record.count) columns",
                expected: "\(header.names.count), as in the header"
            )
        }
        do throws(FieldProblem) {
            try aggregation.add(parser.line(of: record))
            return nil
        } catch {
            let position = header.position(of: error.column) ?? 0
            return ImportIssue(
                file: file,
                line: record.lines[position],
                column: position + 1,
                columnName: error.column.name,
                problem: error.problem,
                expected: error.expected,
                suggestion: error.suggestion
            )
        }
    }

    private func nextRecord<Source: ByteSource & ~Copyable>(
        _ csv: inout CSVReader<Source>,
        after issues: [ImportIssue]
    ) throws(InvalidImport) -> Bool {
        do throws(CSVFailure) {
            return try csv.next()
        } catch {
            switch error {
            case .unreadable(let problem):
                throw InvalidImport(unreadable: problem, file: file, line: csv.record.line)
            case .malformed(let problem):
                let issue = ImportIssue(
                    file: file,
                    line: problem.line,
                    column: problem.field,
                    problem: problem.problem,
                    expected: problem.expected
                )
                throw InvalidImport(issues: issues + [issue])
            }
        }
    }

    private func issue(line: Int, _ problem: String, expected: String) -> ImportIssue {
        ImportIssue(file: file, line: line, problem: problem, expected: expected)
    }
}
