internal import Logging
internal import Settlement
internal import SettlementJournal
internal import SettlementTestKit

/// A journal on a disk that is slow while a fault is on: everything becomes known as durable that much later.
final class FaultyJournal: ForwardingJournal {
    let base: any Journal
    private let board: FaultBoard
    private let clock: any SettlementClock

    init(_ base: any Journal, board: FaultBoard, clock: any SettlementClock) {
        self.base = base
        self.board = board
        self.clock = clock
    }

    func durable(_ ticket: JournalTicket) async throws(JournalFailure) {
        try await base.durable(ticket)
        let latency = board.latency(.slowDisk)
        // A run that is interrupted does not wait for a disk that is only made out to be slow.
        if latency > 0 { try? await clock.sleep(nanoseconds: latency) }
    }

    func isDurable(_ ticket: JournalTicket) -> Bool { base.isDurable(ticket) && board.active(.slowDisk).isEmpty }
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
