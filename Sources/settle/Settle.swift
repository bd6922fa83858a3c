import ArgumentParser

/// The command-line tool. Progress goes to standard error, results to standard output.
@main
struct Settle: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "settle",
        abstract: "Shows how the path from a recharge to a running server behaves, and reads its journal.",
        discussion: """
            Exit codes: 0 passed, 99 thresholds failed or books not conserved, 104 bad configuration or input, \
            105 interrupted, 106 result not valid.
            """,
        version: "0.1.0",
        subcommands: [
            Run.self, Validate.self, Plan.self, Compare.self, Search.self, Simulate.self, Drill.self, Explain.self,
            JournalCommand.self,
        ]
    )
}
