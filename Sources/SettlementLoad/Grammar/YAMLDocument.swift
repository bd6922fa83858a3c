internal import Yams

/// Turns the text of a file into a tree, or reports why that cannot be done.
enum YAMLDocument {
    /// Most values of a document, each counted as often as an alias repeats it.
    private static let valuesMax = 100_000

    static func root(of yaml: String, log: IssueLog) -> Node? {
        var text = yaml
        // Some editors begin a file with a mark of its byte order.
        if text.unicodeScalars.first == "\u{FEFF}" { text.unicodeScalars.removeFirst() }
        while true {
            do {
                if let root = try Parser(yaml: text).singleRoot() {
                    var left = valuesMax
                    guard fits(root, &left) else {
                        log.report(
                            "with all its aliases repeated this has more than \(valuesMax) values",
                            line: log.firstLine,
                            column: 1,
                            expected: "a profile"
                        )
                        return nil
                    }
                    return root
                }
                log.report(
                    "the file is empty",
                    line: log.firstLine,
                    column: 1,
                    expected: "keys with values, such as version: 1"
                )
                return nil
            } catch YamlError.duplicatedKeysInMapping(let keys, let context) {
                // The parser stops at a key given twice. To find everything else too, the later ones get another
                // name of the same length; what the decoder says about that name falls on the same place and is dropped.
                guard let renamed = renamingLaterDuplicates(of: keys, from: context.mark, in: text, log: log) else {
                    return nil
                }
                text = renamed
            } catch {
                report(error, in: text, log: log)
                return nil
            }
        }
    }

    /// Whether a tree has no more than `left` values; those that it has are taken off. An alias of aliases of aliases would
    /// be too much for whoever walks through it.
    private static func fits(_ node: Node, _ left: inout Int) -> Bool {
        left -= 1
        guard left >= 0 else { return false }
        switch node {
        case .mapping(let mapping): return mapping.allSatisfy { fits($0.key, &left) && fits($0.value, &left) }
        case .sequence(let sequence): return sequence.allSatisfy { fits($0, &left) }
        case .scalar, .alias: return true
        }
    }

    private static func report(_ error: any Error, in text: String, log: IssueLog) {
        switch error {
        case YamlError.scanner(_, let problem, let mark, _), YamlError.parser(_, let problem, let mark, _),
            YamlError.composer(_, let problem, let mark, _):
            let lines = text.split(separator: "\n", maxSplits: mark.line, omittingEmptySubsequences: false)
            let hasVariable = lines.indices.contains(mark.line - 1) && lines[mark.line - 1].contains("${")
            log.report(
                "this is not YAML: \(problem)",
                at: mark,
                expected: hasVariable ? "quotes around a variable inside {} or []: \"${NAME}\"" : nil
            )
        case YamlError.reader(let problem, let offset, _, let yaml):
            let before = yaml.prefix(offset ?? 0)
            let line = before.count { $0.isNewline } + 1
            let column = before.reversed().prefix { !$0.isNewline }.count + 1
            log.report("this is not YAML: \(problem)", line: line, column: column)
        default:
            log.report("this is not YAML: \(error)", line: log.firstLine, column: 1)
        }
    }

    /// Reports the second and later uses of the first of `keys`, whose first use is at `mark`, and renames them.
    ///
    /// - Returns: the text with the renamed keys; `nil` when none was found (then the first use is reported).
    private static func renamingLaterDuplicates(
        of keys: [String],
        from mark: Mark,
        in text: String,
        log: IssueLog
    ) -> String? {
        let key = keys.first ?? ""
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { Array($0.unicodeScalars) }
        let pattern = Array(key.unicodeScalars)
        var found = 0
        for line in lines.indices.dropFirst(mark.line) {
            let indentation = lines[line].prefix { $0 == " " }.count
            let isBlank = indentation == lines[line].count || lines[line][indentation] == "#"
            if !isBlank, indentation < mark.column - 1 { break }
            guard lines[line].dropFirst(mark.column - 1).starts(with: pattern),
                lines[line].dropFirst(mark.column - 1 + pattern.count).first == ":",
                indentation == mark.column - 1
            else { continue }
            log.report(
                "the key '\(key)' is given twice",
                line: line + 1,
                column: mark.column,
                expected: "it once; it stands in line \(log.place(ofLine: mark.line).line) already"
            )
            found += 1
            lines[line][mark.column - 1] = Unicode.Scalar(UInt8(ascii: "0") + UInt8(found % 10))
        }
        guard found > 0 else {
            log.report("the key '\(key)' is given twice in this mapping", at: mark)
            return nil
        }
        return lines.map { line in
            var text = String.UnicodeScalarView()
            text.append(contentsOf: line)
            return String(text)
        }.joined(separator: "\n")
    }
}
