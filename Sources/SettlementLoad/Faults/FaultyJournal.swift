internal import Logging
internal import Settlement
internal import SettlementJournal

/// A journal on a disk that is slow while a fault is on: everything becomes known as durable that much later.
final class FaultyJournal: Journal {
    private let journal: any Journal
    private let board: FaultBoard
    private let clock: any SettlementClock

    init(_ journal: any Journal, board: FaultBoard, clock: any SettlementClock) {
        self.journal = journal
        self.board = board
        self.clock = clock
    }

    func stage(_ cells: RawSpan, shard: Int, after sequence: UInt64) throws(JournalFailure) -> JournalTicket {
        try journal.stage(cells, shard: shard, after: sequence)
    }

    func durable(_ ticket: JournalTicket) async throws(JournalFailure) {
        try await journal.durable(ticket)
        let latency = board.latency(.slowDisk)
        // A run that is interrupted does not wait for a disk that is only made out to be slow.
        if latency > 0 { try? await clock.sleep(nanoseconds: latency) }
    }

    func isDurable(_ ticket: JournalTicket) -> Bool { journal.isDurable(ticket) && board.active(.slowDisk).isEmpty }

    func durableSequence(shard: Int) -> UInt64 { journal.durableSequence(shard: shard) }

    func stagedSequence(shard: Int) -> UInt64 { journal.stagedSequence(shard: shard) }

    var stagedBytes: Int { journal.stagedBytes }

    var stageBytesMax: Int { journal.stageBytesMax }

    func checkAdmission() throws(JournalFailure) { try journal.checkAdmission() }

    func read(shard: Int, after sequence: UInt64, maxBytes: Int) async throws(JournalFailure) -> JournalSlice {
        try await journal.read(shard: shard, after: sequence, maxBytes: maxBytes)
    }

    func beginSnapshot(shard: Int, at sequence: UInt64) throws(JournalFailure) -> any SnapshotWriter {
        try journal.beginSnapshot(shard: shard, at: sequence)
    }

    func close() async throws(JournalFailure) { try await journal.close() }
}

extension JournalChoice {
    /// The same journal, on a disk that is slow while a fault says so.
    func slowed(by board: FaultBoard, shardCount: Int, clock: any SettlementClock, logger: Logger) -> JournalChoice {
        switch self {
        case .memory:
            return .custom(FaultyJournal(MemoryJournal(shardCount: shardCount), board: board, clock: clock))
        case .custom(let journal):
            return .custom(FaultyJournal(journal, board: board, clock: clock))
        case .file(let configuration):
            return .opened { recovery throws(JournalOpenError) in
                let journal = try FileJournal.open(configuration, logger: logger, recovery: recovery)
                return FaultyJournal(journal, board: board, clock: clock)
            }
        case .opened(by: let open):
            return .opened { recovery throws(JournalOpenError) in
                FaultyJournal(try open(recovery), board: board, clock: clock)
            }
        }
    }
}
