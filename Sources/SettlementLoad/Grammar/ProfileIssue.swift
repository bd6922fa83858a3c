/// One thing wrong in a profile, said so that it can be mended.
public struct ProfileIssue: Error, Sendable, Hashable {
    /// The file as it was named by the caller.
    public var file: String
    /// Line of the fault, from 1.
    public var line: Int
    /// Column of the fault in characters, from 1.
    public var column: Int
    /// What is wrong.
    public var problem: String
    /// What would be right; `nil` when the problem says it.
    public var expected: String?
    /// The valid word nearest to the wrong one.
    public var suggestion: String?

    /// An issue at a place.
    public init(
        file: String,
        line: Int,
        column: Int,
        problem: String,
        expected: String? = nil,
        suggestion: String? = nil
    ) {
        self.file = file
        self.line = line
        self.column = column
        self.problem = problem
        self.expected = expected
        self.suggestion = suggestion
    }
}

extension ProfileIssue: CustomStringConvertible {
    /// `profile.yaml:7:3: unknown key 'durration'; expected name, duration or tags; did you mean 'duration'?`
    public var description: String {
        var text = "\(file):\(line):\(column): \(problem)"
        if let expected { text += "; expected \(expected)" }
        if let suggestion { text += "; did you mean '\(suggestion)'?" }
        return text
    }
}

/// A profile that cannot be used, with everything that is wrong in it.
public struct InvalidProfile: Error, Sendable, Hashable, CustomStringConvertible {
    /// In the order of the file; never empty.
    public var issues: [ProfileIssue]
    /// Wraps the issues of one file.
    public init(issues: [ProfileIssue]) {
        precondition(!issues.isEmpty, "an invalid profile has at least one issue")
        self.issues = issues
    }
    /// One issue a line.
    public var description: String { issues.map(\.description).joined(separator: "\n") }
}

extension [String] {
    /// `a, b or c`.
    var alternatives: String {
        guard let last, count > 1 else { return first ?? "" }
        return dropLast().joined(separator: ", ") + " or " + last
    }
}
