extension RunResult {
    /// Workflow commands for GitHub Actions: an error for everything that failed, or one notice.
    ///
    /// The table for the step summary is ``markdown``.
    public var githubAnnotations: String {
        var lines: [String] = []
        func annotate(_ level: String, _ title: String, _ message: String) {
            lines.append("::\(level) title=\(Self.property("\(profile): \(title)"))::\(Self.message(message))")
        }
        if verdict != .valid { annotate("error", verdict.rawValue, verdictReason) }
        if !audit.conserved { annotate("error", "money is not conserved", audit.findings.joined(separator: "\n")) }
        for threshold in thresholds where !threshold.passed {
            annotate("error", "threshold not met", "\(threshold.expression): observed \(threshold.observedText)")
        }
        if lines.isEmpty { annotate("notice", "passed", headline) }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func message(_ text: String) -> String {
        text.replacing("%", with: "%25").replacing("\r", with: "%0D").replacing("\n", with: "%0A")
    }

    private static func property(_ text: String) -> String {
        message(text).replacing(":", with: "%3A").replacing(",", with: "%2C")
    }
}
