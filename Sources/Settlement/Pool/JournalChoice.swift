internal import Logging
public import SettlementJournal

/// Where a pool keeps its journal.
public enum JournalChoice: Sendable {
    /// Segments in a directory, recovered when the pool opens.
    case file(JournalConfiguration)
    /// In memory: lost with the process. For tests and for measuring what the disk costs.
    case memory
    /// A journal the embedder made; nothing is recovered from it.
    case custom(any Journal)
    /// A journal the embedder opens: the function hands all that the journal holds to its argument, in order, before it
    /// returns the journal.
    case opened(by: @Sendable (_ recovery: JournalRecovery) throws(JournalOpenError) -> any Journal)
}

extension JournalChoice {
    /// Opens a journal of one shard, for a service that keeps its own.
    ///
    /// - Parameter recovery: is handed all that the journal holds, in order.
    func openSingle(
        logger: Logger,
        recovery: JournalRecovery
    ) throws(JournalOpenError) -> any Journal {
        switch self {
        case .memory: return MemoryJournal(shardCount: 1)
        case .custom(let made): return made
        case .opened(let open): return try open(recovery)
        case .file(var file):
            file.shardCount = 1
            return try FileJournal.open(file, logger: logger, recovery: recovery)
        }
    }
}
