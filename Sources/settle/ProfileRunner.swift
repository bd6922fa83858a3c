import ArgumentParser
import SettlementLoad

/// Runs profiles for commands: with progress, ending in order at Ctrl-C, and failures told as the shell expects them.
struct ProfileRunner {
    var profile: LoadProfile
    var imported: FocusImport?
    var options = RunOptions()
    var isQuiet: Bool
    /// Sees everything that the progress display sees.
    var watcher: (@Sendable (RunProgress) -> Void)?

    /// The result, also of a run that was interrupted.
    func run() async throws -> RunResult { try await execute().result }

    /// The result of a run that nobody interrupted, in a journal of its own.
    func measure() async throws -> RunResult {
        var runner = self
        runner.options.keepsJournalTemporary = true
        let (result, isInterrupted) = try await runner.execute()
        guard !isInterrupted else { throw fail("the run was interrupted", .interrupted) }
        return result
    }

    private func execute() async throws -> (result: RunResult, isInterrupted: Bool) {
        let display = isQuiet ? nil : ProgressDisplay()
        let run = LoadRun(profile, options: options, logger: .above(display))
        let (imported, watcher) = (imported, watcher)
        defer { display?.end() }
        do {
            return try await interruptible(tell: { text in
                if let display { display.note(text) } else { printError(text) }
            }) {
                let result = try await run.run(imported: imported) { progress in
                    display?.show(progress)
                    watcher?(progress)
                }
                return (result, Task.isCancelled)
            }
        } catch let error as RunError {
            display?.end()
            throw fail("\(error)", error.exitCode)
        }
    }
}

extension RunError {
    fileprivate var exitCode: ExitCode {
        switch self {
        case .directory, .open, .ambiguousName: .badConfiguration
        case .interrupted: .interrupted
        case .population, .pool, .monthEnd, .stuck: .failure
        }
    }
}
