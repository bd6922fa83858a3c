internal import Yams

/// Gathers the issues of a profile and the files it is made of, while they are read.
///
/// A mark knows a line, but no file; so the text of each further file is read behind ``linesPerFile`` empty lines for
/// each one before it, and a line number says both.
final class IssueLog {
    /// More lines than any file may have.
    static let linesPerFile = 100_000

    let surroundings: ProfileSurroundings
    /// In the order in which they were opened; the profile itself is the first.
    private(set) var files: [String]
    /// Lines as marks have them.
    private var issues: [ProfileIssue] = []
    /// Issues of files that are no YAML.
    private var others: [ProfileIssue] = []

    init(file: String, surroundings: ProfileSurroundings = .none) {
        files = [file]
        self.surroundings = surroundings
    }

    /// Counts another file and moves its text to lines of its own.
    func open(_ file: String, text: String) -> String {
        files.append(file)
        return String(repeating: "\n", count: firstLine - 1) + text
    }

    /// The first line, as marks have it, of the file opened last.
    var firstLine: Int { Self.linesPerFile * (files.count - 1) + 1 }

    /// Which file a mark's line is in, and the line there.
    func place(ofLine line: Int) -> (file: String, line: Int) {
        let index = min(max(0, line - 1) / Self.linesPerFile, files.count - 1)
        return (files[index], line - index * Self.linesPerFile)
    }

    /// `path` as seen from the folder of the file that `node` stands in.
    func resolve(_ path: String, at node: Node) -> String {
        LoadProfile.resolve(path, beside: place(ofLine: node.mark?.line ?? 1).file)
    }

    /// The text of the file that `node` names; reports what keeps it from being read.
    func file(at node: Node, expected: String) -> (path: String, content: String)? {
        guard let name = Grammar<String>.text(expected).read(node, self) else { return nil }
        let path = resolve(name, at: node)
        do throws(ProfileSurroundings.UnreadableFile) {
            return (path, try surroundings.text(path))
        } catch {
            report("the file '\(name)' cannot be read: \(error.reason)", at: node.mark, expected: expected)
            return nil
        }
    }

    /// Notes an issue, unless one at the same place is noted already.
    func report(
        _ problem: String,
        at mark: Mark?,
        expected: String? = nil,
        suggestion: String? = nil
    ) {
        report(
            problem,
            line: mark?.line ?? 1,
            column: mark?.column ?? 1,
            expected: expected,
            suggestion: suggestion
        )
    }

    /// The same, for a place that no node has.
    func report(_ problem: String, line: Int, column: Int, expected: String? = nil, suggestion: String? = nil) {
        guard !issues.contains(where: { $0.line == line && $0.column == column }) else { return }
        issues.append(
            ProfileIssue(
                file: "",
                line: line,
                column: column,
                problem: problem,
                expected: expected,
                suggestion: suggestion
            )
        )
    }

    /// Notes an issue of a file that the profile names.
    func report(_ issue: ProfileIssue) { others.append(issue) }

    /// The issues in the order of the files.
    var sorted: [ProfileIssue] {
        let own = issues.sorted { ($0.line, $0.column) < ($1.line, $1.column) }
        return own.map { issue in
            var issue = issue
            (issue.file, issue.line) = place(ofLine: issue.line)
            return issue
        } + others
    }
}
