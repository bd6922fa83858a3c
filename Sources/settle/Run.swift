import ArgumentParser
import Foundation
import Logging
import SettlementLoad

/// `settle run`: one profile against a real pool, in real or in virtual time.
struct Run: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Runs a load profile and says whether its thresholds hold.",
        discussion: """
            Bills, recharges and the month end go through a real pool with a real journal; the regions are simulated. \
            The journal is kept in a temporary directory unless --journal names one; the same command with the same \
            directory goes on where an interrupted run stopped.

            With --virtual-time nothing waits: work takes what the profile's calibration says, a day takes seconds, and \
            the result is the same on every machine.
            """
    )

    /// How the result is written.
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case text, json, markdown, junit
    }

    @OptionGroup var source: ProfileArgument

    @Option(help: "Directory of the journal; kept after the run.", completion: .directory)
    var journal: String?

    @Flag(help: "Run in virtual time, with the journal in memory.")
    var virtualTime = false

    @Option(help: "How the result is written to standard output.")
    var format = Format.text

    @Option(name: .customLong("json"), help: "Also write the result as JSON to this file.", completion: .file())
    var jsonFile: String?

    @Flag(help: "No progress on standard error.")
    var quiet = false

    func run() async throws {
        let profile = try source.load()
        let imported = try source.importBills(of: profile)
        if let imported, !quiet { printError(imported.summary) }
        var options = RunOptions()
        options.journalDirectory = journal
        options.isInVirtualTime = virtualTime
        if virtualTime, journal != nil {
            throw fail("--virtual-time keeps the journal in memory: leave --journal away", .badConfiguration)
        }
        let display = quiet ? nil : ProgressDisplay()
        let run = LoadRun(profile, options: options, logger: .warningsOnly)
        let result: RunResult
        do {
            result = try await interruptible {
                try await run.run(imported: imported) { display?.show($0) }
            }
            display?.end()
        } catch let error as RunError {
            display?.end()
            throw fail("\(error)", error.exitCode)
        }
        try write(result)
        if let code = result.exitCode { throw code }
    }

    private func write(_ result: RunResult) throws {
        switch format {
        case .text: print(result.text, terminator: "")
        case .json: print(result.json)
        case .markdown: print(result.markdown, terminator: "")
        case .junit: print(result.junit)
        }
        guard let jsonFile else { return }
        do {
            try Data((result.json + "\n").utf8).write(to: URL(filePath: jsonFile), options: .atomic)
        } catch {
            throw fail("\(jsonFile): cannot be written: \(error.localizedDescription)", .badConfiguration)
        }
    }
}

extension Logger {
    /// Warnings and worse, on standard error: standard output belongs to the result.
    static var warningsOnly: Logger {
        var logger = Logger(label: "settle") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = .warning
        return logger
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

extension RunResult {
    /// What the shell is told; `nil`: all is well.
    fileprivate var exitCode: ExitCode? {
        switch verdict {
        case .generatorBound: .notValid
        case .incomplete: .interrupted
        case .valid: passed ? nil : .thresholdsFailed
        }
    }
}
