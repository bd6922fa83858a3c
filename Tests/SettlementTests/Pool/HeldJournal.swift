import SettlementJournal
import SettlementTestKit
import Synchronization

/// A journal whose disk the test holds in its hand: nothing becomes durable until it is let go.
final class HeldJournal: ForwardingJournal {
    private struct State {
        var isHeld = true
        var waiting: [CheckedContinuation<Void, Never>] = []
        var stages: [Stage] = []
        var watchers: [(count: Int, continuation: CheckedContinuation<Void, Never>)] = []
        var failure: JournalFailure?
    }

    /// What was handed over together.
    struct Stage: Equatable {
        var shard: Int
        var cells: Int
    }

    let base: any Journal
    private let state = Mutex(State())

    init(shardCount: Int) { base = MemoryJournal(shardCount: shardCount) }

    var stages: [Stage] { state.withLock { $0.stages } }

    /// Suspends until `count` stages have been made.
    func waitForStages(_ count: Int) async {
        await withCheckedContinuation { continuation in
            let isReached = state.withLock { state in
                if state.stages.count >= count { return true }
                state.watchers.append((count, continuation))
                return false
            }
            if isReached { continuation.resume() }
        }
    }

    /// Holds everything from now on.
    func hold() { state.withLock { $0.isHeld = true } }

    /// Lets everything become durable from now on.
    func letGo() {
        let waiting = state.withLock { state in
            state.isHeld = false
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }

    func stage(_ cells: RawSpan, shard: Int, after sequence: UInt64) throws(JournalFailure) -> JournalTicket {
        let ticket = try base.stage(cells, shard: shard, after: sequence)
        let reached = state.withLock { state in
            state.stages.append(Stage(shard: shard, cells: cells.byteCount / 64))
            let reached = state.watchers.filter { $0.count <= state.stages.count }
            state.watchers.removeAll { $0.count <= state.stages.count }
            return reached
        }
        for watcher in reached { watcher.continuation.resume() }
        return ticket
    }

    func durable(_ ticket: JournalTicket) async throws(JournalFailure) {
        await withCheckedContinuation { continuation in
            let isHeld = state.withLock { state in
                if state.isHeld { state.waiting.append(continuation) }
                return state.isHeld
            }
            if !isHeld { continuation.resume() }
        }
        try await base.durable(ticket)
    }

    func isDurable(_ ticket: JournalTicket) -> Bool { !state.withLock { $0.isHeld } && base.isDurable(ticket) }
}
