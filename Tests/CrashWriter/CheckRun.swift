import Settlement
import SettlementJournal

/// Compares a journal with what its writer had acknowledged.
///
/// Every acknowledged command is submitted once more and must give the same outcome and no entry. Then each worker's one
/// command that may have been under way is settled, and the whole state must be that of the same commands applied to an
/// empty pool.
struct CheckRun {
    private let settings: WriterSettings
    private let workload: Workload

    init(_ settings: WriterSettings) {
        self.settings = settings
        workload = Workload(settings)
    }

    func run() async throws {
        let acknowledged = try readAcknowledgements()
        let before = try await JournalCensus.take(settings)
        try before.tell()
        let pool = try WriterPool.open(settings, .file(settings.journal))
        try await compareCursor(pool)
        try await resubmit(acknowledged, to: pool)
        try await pool.shutdown()
        let after = try await JournalCensus.take(settings)
        guard after.entries == before.entries else {
            throw Violation("acknowledged commands added \(after.entries - before.entries) entries when repeated")
        }
        try await compareStates(acknowledged)
        WriterReport.tell("checked acknowledgements=\(acknowledged.map(\.count).reduce(0, +))")
    }

    /// By worker, the outcomes in the order of its commands.
    private func readAcknowledgements() throws -> [[String]] {
        var outcomes = [[String]](repeating: [], count: settings.workers)
        while let line = readLine() {
            let words = line.split(separator: " ")
            guard words.count == 2, let number = UInt64(words[0]), number > 0 else {
                throw Violation("not an acknowledgement: \(line)")
            }
            let worker = Int((number - 1) % workload.workers)
            guard (number - 1) / workload.workers == UInt64(outcomes[worker].count) else {
                throw Violation("acknowledgement \(number) is out of order")
            }
            outcomes[worker].append(String(words[1]))
        }
        return outcomes
    }

    private func commands(_ acknowledged: [[String]], andNext: UInt64 = 0) -> [Command] {
        (0..<settings.workers).flatMap { worker in
            (0..<UInt64(acknowledged[worker].count) + andNext).map {
                workload.command(worker: worker, position: $0)
            }
        }
    }

    private func resubmit(_ acknowledged: [[String]], to pool: SettlementPool) async throws {
        let digest = try await pool.digest()
        let commands = commands(acknowledged)
        let outcomes = try await pool.load(commands).map(WriterReport.digest)
        for ((command, found), expected) in zip(zip(commands, outcomes), acknowledged.joined())
        where found != expected {
            throw Violation("command \(command.key.low) was acknowledged as \(expected) and is now \(found)")
        }
        guard try await pool.digest() == digest else { throw Violation("repeated commands changed the state") }
        let audit = try await pool.audit()
        if let finding = audit.findings.first { throw Violation("the books do not balance: \(finding)") }
    }

    private func compareStates(_ acknowledged: [[String]]) async throws {
        let commands = commands(acknowledged, andNext: 1)
        let pool = try WriterPool.open(settings, .file(settings.journal))
        _ = try await pool.load(commands)
        let found = try await pool.digest()
        try await pool.shutdown()
        let reference = try WriterPool.open(settings, .memory)
        _ = try await reference.load(commands)
        let expected = try await reference.digest()
        guard found == expected else { throw Violation("the state is \(found) instead of \(expected)") }
    }

    /// A subscriber that knows more than the journal shows that an older copy was put back.
    private func compareCursor(_ pool: SettlementPool) async throws {
        guard !settings.cursor.isEmpty else { return }
        let cursor = BusCursor(sequences: settings.cursor)
        _ = try await pool.bus.subscribe(name: "check", regions: RegionSet(rawValue: .max), from: cursor)
    }
}
