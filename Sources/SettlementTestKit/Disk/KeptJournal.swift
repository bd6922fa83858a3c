public import Settlement
internal import SettlementJournal
internal import Synchronization

/// A service's journal that outlasts the services opened on it, as a directory outlasts processes: for tests of restarts.
///
/// Everything that was staged is kept, whether it became durable or not.
public final class KeptJournal: Sendable {
    private let simulation: Simulation
    private let kept = Mutex<[UInt8]>([])

    /// An empty journal of one shard.
    public init(in simulation: Simulation) { self.simulation = simulation }

    /// Opens it again with what it holds.
    public var choice: JournalChoice {
        .opened { [self] recovery throws(JournalOpenError) in open(recovery) }
    }

    /// Cells of 64 bytes that it holds.
    public var cellCount: Int { kept.withLock { $0.count / 64 } }

    private func open(_ recovery: JournalRecovery) -> any Journal {
        let memory = MemoryJournal(shardCount: 1)
        let bytes = kept.withLock { $0 }
        if !bytes.isEmpty {
            do {
                try recovery(.cells(shard: 0, firstSequence: 1), bytes.span.bytes)
                _ = try memory.stage(bytes.span.bytes, shard: 0, after: 0)
            } catch {
                preconditionFailure("a kept journal did not open: \(error)")
            }
        }
        return SimulatedJournal(memory, in: simulation) { [self] _, _, cells in
            let staged = cells.withUnsafeBytes { Array($0) }
            kept.withLock { $0 += staged }
        }
    }
}
