import Settlement
import SettlementJournal

/// What a journal holds, counted without the ledger.
struct JournalCensus {
    /// The last sequence of each shard.
    private(set) var heads: [UInt64]
    /// Entries read back: those that no snapshot has replaced.
    private(set) var entriesRead = 0
    /// Bills that were written off to nothing more than once; keys that had more than one effect.
    private(set) var repetitions: [String] = []
    private var settledBills: Set<UInt64> = []
    private var keys: Set<UInt64> = []

    var entries: UInt64 { heads.reduce(0, +) }

    /// Opens the journal by itself, reads it and closes it.
    static func take(_ settings: WriterSettings) async throws -> JournalCensus {
        var census = JournalCensus(heads: [])
        let journal = try FileJournal.open(settings.journal, logger: WriterPool.logger) { part, bytes in
            guard case .cells = part else { return }
            for entry in Entry.entries(in: bytes) { census.count(entry) }
        }
        census.heads = (0..<settings.shards).map { journal.stagedSequence(shard: $0) }
        try await journal.close()
        return census
    }

    private init(heads: [UInt64]) { self.heads = heads }

    private mutating func count(_ entry: Entry) {
        entriesRead += 1
        if entry.keyHigh == Workload.keySpace, !keys.insert(entry.keyLow).inserted {
            repetitions.append("key \(entry.keyLow) had an effect twice")
        }
        let isPayment =
            entry.kind == .writtenOff || entry.kind == .writtenOffFromRefunds
            || entry.kind == .writtenOffFromFund
        if isPayment, entry.detail == 0, !settledBills.insert(entry.bill).inserted {
            repetitions.append("bill \(entry.bill) was written off twice")
        }
    }

    func tell() throws {
        if let first = repetitions.first { throw Violation("\(repetitions.count) repetitions; \(first)") }
        let heads = heads.map { "\($0)" }.joined(separator: ",")
        WriterReport.tell("census entries=\(entries) heads=\(heads)")
    }
}
