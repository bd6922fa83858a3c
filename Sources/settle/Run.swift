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
            The journal is kept in a temporary directory unless --journal, or the profile's pool.directory, names one; the \
            same command with the same directory goes on where an interrupted run stopped, and is refused after a \
            finished one.

            With --virtual-time nothing waits: work takes what the profile's calibration says, a day takes seconds, and \
            the result is the same on every machine.
            """
    )

    /// How the result is written.
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case text, json, markdown, junit, github
    }

    @OptionGroup var source: ProfileArgument

    @Option(help: "Directory of the journal; kept after the run.", completion: .directory)
    var journal: String?

    @Flag(help: "Run in virtual time, with the journal in memory.")
    var virtualTime = false

    @Option(
        help: """
            How the result is written to standard output; github writes annotations, and the tables to the file that \
            GITHUB_STEP_SUMMARY names.
            """
    )
    var format = Format.text

    @OptionGroup var files: ResultFiles

    @Flag(help: "No progress on standard error.")
    var quiet = false

    @Option(help: "Serve Prometheus metrics at [HOST:]PORT/metrics during the run; on loopback unless a host is given.")
    var metricsListen: String?

    @Flag(help: "Measure no latency: throughput then shows what measuring costs.")
    var unmeasured = false

    func run() async throws {
        let profile = try source.load()
        try files.check()
        let imported = try source.importBills(of: profile)
        if let imported, !quiet { printError(imported.summary) }
        var options = RunOptions()
        options.journalDirectory = journal
        options.isInVirtualTime = virtualTime
        if virtualTime, journal != nil {
            throw fail("--virtual-time keeps the journal in memory: leave --journal away", .badConfiguration)
        }
        options.measuresLatency = !unmeasured
        let listener = try metricsListener()
        defer { listener?.stop() }
        var runner = ProfileRunner(profile: profile, imported: imported, options: options, isQuiet: quiet)
        if let listener { runner.watcher = { listener.publish($0) } }
        let result = try await runner.run()
        try write(result)
        if let code = result.exitCode { throw code }
    }

    private func metricsListener() throws -> MetricsListener? {
        guard let metricsListen else { return nil }
        guard let address = ListenAddress(metricsListen) else {
            throw fail(
                "--metrics-listen '\(metricsListen)': expected PORT or HOST:PORT, such as 9464",
                .badConfiguration
            )
        }
        do throws(MetricsListener.Failure) {
            let listener = try MetricsListener(address)
            if !quiet { printError("metrics at http://\(listener.address)/metrics") }
            return listener
        } catch {
            throw fail("--metrics-listen \(error)", .badConfiguration)
        }
    }

    private func write(_ result: RunResult) throws {
        switch format {
        case .text: print(result.text, terminator: "")
        case .json: print(result.json)
        case .markdown: print(result.markdown, terminator: "")
        case .junit: print(result.junit)
        case .github:
            print(result.githubAnnotations, terminator: "")
            try appendStepSummary(result.markdown)
        }
        try files.write(result)
    }

    /// Adds the tables to the summary of the workflow's step, where there is one.
    private func appendStepSummary(_ markdown: String) throws {
        guard let path = ProcessInfo.processInfo.environment["GITHUB_STEP_SUMMARY"], !path.isEmpty else { return }
        do {
            if !FileManager.default.fileExists(atPath: path) { try Data().write(to: URL(filePath: path)) }
            let file = try FileHandle(forWritingTo: URL(filePath: path))
            defer { try? file.close() }
            try file.seekToEnd()
            try file.write(contentsOf: Data((markdown + "\n").utf8))
        } catch {
            throw fail("\(path): cannot be written: \(error.reason)", .badConfiguration)
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
