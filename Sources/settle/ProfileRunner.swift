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

    func run() async throws -> RunResult {
        let display = isQuiet ? nil : ProgressDisplay()
        let run = LoadRun(profile, options: options, logger: .above(display))
        let (imported, watcher) = (imported, watcher)
        defer { display?.end() }
        do {
            return try await interruptible(tell: { text in
                if let display { display.note(text) } else { printError(text) }
            }) {
                try await run.run(imported: imported) { progress in
                    display?.show(progress)
                    watcher?(progress)
                }
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
