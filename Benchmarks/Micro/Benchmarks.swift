internal import ArgumentParser
internal import Foundation
internal import Settlement

/// Measures the settlement path in one process and prints a table of results beside their targets.
@main
struct Benchmarks: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "benchmarks",
        abstract: "Measures the settlement path beside the bare ledger, in the same process and minute."
    )

    @OptionGroup var options: Options

    @concurrent
    func run() async throws {
        #if DEBUG
            FileHandle.standardError.write(Data("A debug build measures the compiler: build with -c release.\n".utf8))
        #endif
        if let curves = options.curves { return try await CurveBenchmark(options).run(into: curves) }
        var table = Table()
        if options.measures(.settlements) {
            try await options.withDirectory { directory in
                try await SettlementBenchmark(options, directory: directory).run(into: &table)
                try await RecoveryBenchmark(directory: directory).run(into: &table)
            }
        }
        if options.only.contains(.ledger) { try await LedgerBenchmark(options).run(into: &table) }
        if options.measures(.single) {
            try await options.withDirectory { plain in
                try await options.withDirectory { observed in
                    let single = try SingleCallBenchmark(options, directories: (plain, observed))
                    try await single.run(into: &table)
                }
            }
        }
        if options.measures(.monthEnd) {
            try await options.withDirectory { directory in
                var monthEnd = try MonthEndBenchmark(options, directory: directory)
                try await monthEnd.run(into: &table)
            }
        }
        if options.measures(.snapshot) {
            try await options.withDirectory { directory in
                var snapshot = try SnapshotBenchmark(options, directory: directory)
                try await snapshot.run(into: &table)
            }
        }
        if options.measures(.bus) { try await BusBenchmark(options).run(into: &table) }
        if options.measures(.journal) { try await JournalBenchmark(options).run(into: &table) }
        print(table.text)
        let cores = ProcessInfo.processInfo.activeProcessorCount
        print(
            "\n\(cores) cores; load average of the machine at the end \(loadAverage().formatted) (the run itself adds up to \(cores))."
        )
    }
}
