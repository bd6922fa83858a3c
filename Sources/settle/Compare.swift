import ArgumentParser
import Foundation
import SettlementLoad

/// `settle compare`: whether B is better or worse than A, and whether it could be chance.
struct Compare: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Compares two results, or two profiles that it runs in turns.",
        discussion: """
            Give two files that `settle run --json` wrote, or two profiles with --repeat: they run in turns, so that \
            a slow minute of the machine hits both. A difference is shown only beyond the noise floor, which says how much \
            A may differ from A here.

            Exit code 99 when a metric is shown to be worse by more than --fail-over, 106 when a run of either side is not \
            valid, 105 when interrupted: then what ran in pairs is compared.
            """
    )

    /// How the comparison is written.
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case text, json, markdown
    }

    @Argument(help: "A result, or with --repeat a profile.", completion: .file())
    var a: String

    @Argument(help: "What is compared with it.", completion: .file())
    var b: String

    @Option(name: .customLong("repeat"), help: "Run both profiles so many times in turns, at least 4 to show anything.")
    var repetitions: Int?

    @Option(help: "With --repeat: use this seed instead of the profiles'.")
    var seed: UInt64?

    @Flag(help: "With --repeat: run in virtual time, each turn with the next seed.")
    var virtualTime = false

    @Option(help: "The worsening that is a regression, such as 5%.")
    var failOver: String = "0%"

    @Option(help: "How the comparison is written to standard output.")
    var format = Format.text

    @Option(help: "Write both sides laid over each other as one HTML page.", completion: .file(extensions: ["html"]))
    var report: String?

    @Flag(help: "No progress on standard error.")
    var quiet = false

    func run() async throws {
        guard let limit = Share(text: failOver) else {
            throw fail("--fail-over '\(failOver)': expected a share, such as 5%", .badConfiguration)
        }
        if let report { try OutputFile(report).check() }
        let comparison: Comparison
        var isInterrupted = false
        if let repetitions {
            guard repetitions >= 2 else {
                throw fail("--repeat \(repetitions): expected 2 or more; 5 show most changes", .badConfiguration)
            }
            (comparison, isInterrupted) = try await runInTurns(repetitions)
        } else {
            guard seed == nil, !virtualTime else {
                throw fail("--seed and --virtual-time say how profiles run: give --repeat too", .badConfiguration)
            }
            comparison = Comparison([try readResult(a)], [try readResult(b)], names: (a, b))
        }
        switch format {
        case .text: print(comparison.text, terminator: "")
        case .json: print(comparison.json, terminator: "")
        case .markdown: print(comparison.markdown, terminator: "")
        }
        if let report { try OutputFile(report).write(comparison.report) }
        if isInterrupted { throw ExitCode.interrupted }
        guard comparison.isValid else {
            throw fail("a run is not valid, so nothing is judged; the notes say which", .notValid)
        }
        let regressions = comparison.regressions(over: limit.fraction)
        guard regressions.isEmpty else {
            throw fail(
                "B is worse by more than \(failOver): " + regressions.map(\.metric.name).joined(separator: ", "),
                .thresholdsFailed
            )
        }
    }

    private func readResult(_ path: String) throws -> RunResult {
        let data: Data
        do {
            data = try Data(contentsOf: URL(filePath: path))
        } catch {
            throw fail("\(path): cannot be read: \(error.reason)", .badConfiguration)
        }
        do {
            return try RunResult(json: String(decoding: data, as: UTF8.self))
        } catch DecodingError.dataCorrupted(let context) where !context.codingPath.isEmpty {
            throw fail("\(path): \(context.debugDescription)", .badConfiguration)
        } catch {
            throw fail(
                "\(path): is no result of `settle run --json`; profiles are compared with --repeat 5",
                .badConfiguration
            )
        }
    }

    private func load(_ path: String) throws -> ProfileRunner {
        var profile = try ProfileArgument.load(path)
        if let seed { profile.seed = seed }
        var runner = ProfileRunner(
            profile: profile,
            imported: try ProfileArgument.importBills(of: profile),
            isQuiet: quiet
        )
        runner.options.isInVirtualTime = virtualTime
        return runner
    }

    /// A B, B A, A B …: neither side always goes first. When interrupted, what ran in pairs.
    private func runInTurns(_ repetitions: Int) async throws -> (Comparison, isInterrupted: Bool) {
        var (left, right) = (try load(a), try load(b))
        var results: [[RunResult]] = [[], []]
        turns: for turn in 0..<repetitions {
            // In virtual time the same seed would be the same run again.
            if virtualTime, turn > 0 {
                left.profile.seed &+= 1
                right.profile.seed &+= 1
            }
            for side in turn % 2 == 0 ? [0, 1] : [1, 0] {
                let name = side == 0 ? a : b
                if !quiet { printError("run \(turn + 1) of \(repetitions) of \(side == 0 ? "A" : "B"), \(name)") }
                do {
                    results[side].append(try await side == 0 ? left.measure() : right.measure())
                } catch let code as ExitCode where code == .interrupted {
                    break turns
                }
            }
        }
        let pairs = min(results[0].count, results[1].count)
        guard pairs > 0 else { throw ExitCode.interrupted }
        let comparison = Comparison(Array(results[0].prefix(pairs)), Array(results[1].prefix(pairs)), names: (a, b))
        return (comparison, pairs < repetitions)
    }
}
