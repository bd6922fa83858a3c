/// One thing wrong in a file of costs, said so that it can be mended.
public struct ImportIssue: Error, Sendable, Hashable {
    /// The file as it was named.
    public var file: String
    /// Line of the file, from 1.
    public var line: Int
    /// Number of the column, from 1; 0: the issue is not about one.
    public var column = 0
    /// Name of the column; empty when there is none.
    public var columnName = ""
    /// What is wrong.
    public var problem: String
    /// What would be right.
    public var expected: String
    /// The valid word nearest to the wrong one.
    public var suggestion: String?
}

extension ImportIssue: CustomStringConvertible {
    /// `costs.csv:12: column 2 (BilledCost): '1,5' is no decimal number; expected for instance 12.50`
    public var description: String {
        var text = "\(file):\(line): "
        if column > 0 { text += "column \(column)" + (columnName.isEmpty ? ": " : " (\(columnName)): ") }
        text += "\(problem); expected \(expected)"
        if let suggestion { text += "; did you mean '\(suggestion)'?" }
        return text
    }
}

/// A file of costs of which nothing was taken, with what is wrong in it.
public struct InvalidImport: Error, Sendable, Hashable, CustomStringConvertible {
    /// The first ``limit`` issues, in the order of the file; never empty.
    public var issues: [ImportIssue]
    /// Whether reading stopped at the limit.
    public var hasMore = false
    /// How many issues are told before reading stops.
    public static let limit = 20

    /// One issue a line.
    public var description: String {
        issues.map(\.description).joined(separator: "\n") + (hasMore ? "\n… reading stopped here" : "")
    }
}
