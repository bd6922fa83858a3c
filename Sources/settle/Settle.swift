import ArgumentParser

/// The command-line tool. Progress goes to standard error, results to standard output.
@main
struct Settle: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "settle",
        abstract: "Shows how the path from a recharge to a running server behaves, and reads its journal.",
        discussion: """
            Exit codes: 0 passed, 1 the run broke down, 99 thresholds failed or books not conserved, \
            104 bad configuration, input or usage, 105 interrupted, 106 result not valid.
            """,
        version: "0.1.0",
        subcommands: [
            Run.self, Validate.self, Plan.self, Compare.self, Search.self, Simulate.self, Drill.self, Explain.self,
            JournalCommand.self,
        ]
    )

    /// Runs the command; wrong usage ends with the code of every other wrong configuration.
    static func main() async {
        do {
            var command = try parseAsRoot()
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch {
            guard exitCode(for: error) == .validationFailure else { exit(withError: error) }
            printError(fullMessage(for: error))
            exit(withError: ExitCode.badConfiguration)
        }
    }
}
