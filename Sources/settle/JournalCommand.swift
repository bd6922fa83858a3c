import ArgumentParser
import Foundation
import SettlementJournal

/// `settle journal`: reads a journal without changing it, also while nothing else can open it.
struct JournalCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "journal",
        abstract: "Reads a journal: what is in it, whether it is sound, every entry.",
        subcommands: [Inspect.self, Verify.self, Export.self]
    )

    /// The directory that every subcommand reads.
    struct Directory: ParsableArguments {
        @Argument(help: "A journal's directory.", completion: .directory)
        var directory: String

        /// A run keeps its journal one level below the directory it was given.
        func inspector() throws -> JournalInspector {
            let below = directory + "/journal"
            let journal = isDirectory(below) ? below : directory
            guard isDirectory(journal) else {
                let problem =
                    FileManager.default.fileExists(atPath: directory) ? "not a directory" : "there is no such directory"
                throw fail("\(directory): \(problem)", .badConfiguration)
            }
            guard holdsSegments(journal) else {
                throw fail(
                    "\(directory): there is no journal in it; expected the directory given to --journal, or a pool's",
                    .badConfiguration
                )
            }
            return JournalInspector(directory: journal)
        }
    }

    /// `settle journal inspect`: segments, snapshots, anchor.
    struct Inspect: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Lists segments, snapshots and where the log ends.")
        @OptionGroup var source: Directory

        func run() throws {
            let inspector = try source.inspector()
            print(try reading { () throws(JournalOpenError) in try inspector.report() }.text)
        }
    }

    /// `settle journal verify`: every checksum, every chain.
    struct Verify: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Checks every byte and says whether the journal opens, and what would be lost.",
            discussion: "Exit code 0: it opens. 1: acknowledged data is damaged or missing."
        )
        @OptionGroup var source: Directory

        func run() throws {
            let inspector = try source.inspector()
            let report = try reading { () throws(JournalOpenError) in try inspector.report() }
            if let holder = inspector.holder {
                printError("process \(holder) has the journal open: its end moves, and may look cut short")
            }
            print(report.verdict)
            guard report.opens else { throw fail("the journal does not open", .failure) }
        }
    }
}

/// Reads, and turns what the journal cannot read into an exit code.
func reading<Value>(_ body: () throws(JournalOpenError) -> Value) throws -> Value {
    do throws(JournalOpenError) {
        return try body()
    } catch {
        throw fail("\(error)", error.code == .unreadable ? .badConfiguration : .failure)
    }
}
