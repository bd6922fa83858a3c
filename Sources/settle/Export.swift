import ArgumentParser
import Foundation
import SettlementJournal
import SettlementLedger

extension JournalCommand {
    /// `settle journal export`: every entry, one JSON object a line.
    struct Export: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Writes every entry that is still in the log, one JSON object a line.",
            discussion: "Entries behind two snapshots may have been removed; inspect says where each shard begins."
        )

        /// How entries are written.
        enum Format: String, ExpressibleByArgument, CaseIterable {
            case ndjson
        }

        @OptionGroup var source: Directory

        @Option(help: "How entries are written.")
        var format = Format.ndjson

        @Option(help: "Only entries of this account.")
        var account: UInt64?

        func run() throws {
            var output = LineBuffer()
            let inspector = try source.inspector()
            try reading { () throws(JournalOpenError) in
                try inspector.forEachFrame { frame, cells in
                    for (offset, entry) in Entry.entries(in: cells).enumerated() {
                        if let account, entry.account != account { continue }
                        output.append(entry.line(shard: frame.shard, sequence: frame.firstSequence + UInt64(offset)))
                    }
                }
            }
            output.flush()
        }
    }
}

/// Collects lines so that a large export is not a write for each.
private struct LineBuffer {
    private var bytes: [UInt8] = []

    mutating func append(_ line: String) {
        bytes.append(contentsOf: line.utf8)
        bytes.append(UInt8(ascii: "\n"))
        if bytes.count > 1 << 20 { flush() }
    }

    mutating func flush() {
        FileHandle.standardOutput.write(Data(bytes))
        bytes.removeAll(keepingCapacity: true)
    }
}
