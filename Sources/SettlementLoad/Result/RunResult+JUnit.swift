extension RunResult {
    /// The result as JUnit XML: one test case for the verdict, one for the audit and one for each threshold.
    public var junit: String {
        var cases = [
            testCase("verdict", failure: verdict == .valid ? nil : "\(verdict.rawValue): \(verdictReason)"),
            testCase(
                "audit",
                failure: audit.conserved ? nil : "money is not conserved: " + audit.findings.joined(separator: "; ")
            ),
        ]
        for threshold in thresholds {
            cases.append(
                testCase(
                    threshold.expression,
                    failure: threshold.passed ? nil : "observed \(threshold.observedText)"
                )
            )
        }
        let failures = cases.count { $0.contains("<failure") }
        let seconds = Display.decimal(Double(overall.duration) / 1e9, 3)
        let attributes =
            "name=\"\(Markup.escaped(profile))\" tests=\"\(cases.count)\" failures=\"\(failures)\" time=\"\(seconds)\""
        return (["<?xml version=\"1.0\" encoding=\"UTF-8\"?>", "<testsuite \(attributes)>"] + cases + ["</testsuite>"])
            .joined(separator: "\n") + "\n"
    }

    private func testCase(_ name: String, failure: String?) -> String {
        let head = "  <testcase classname=\"\(Markup.escaped(profile))\" name=\"\(Markup.escaped(name))\""
        return failure.map { head + "><failure message=\"\(Markup.escaped($0))\"/></testcase>" } ?? head + "/>"
    }
}
