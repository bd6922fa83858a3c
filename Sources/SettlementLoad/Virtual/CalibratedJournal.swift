internal import Settlement
internal import SettlementJournal
internal import SettlementTestKit
internal import Synchronization

/// A journal in memory whose groups take as long to become durable as the calibration says: one sync at a time, and what
/// is staged meanwhile is the next group.
final class CalibratedJournal: ForwardingJournal {
    private struct State {
        var random: RandomStream
        /// Bytes in the group that takes stages.
        var fillingBytes: Int64 = 0
        /// The group that takes stages.
        var filling: UInt64 = 1
        /// The last group whose sync has begun, and when that ends.
        var syncing: UInt64 = 0
        var syncEnd: Int64 = 0
    }

    let base: any Journal
    private let clock: any SettlementClock
    private let sync: Sampler
    private let perKiB: Int64
    private let state: Mutex<State>

    init(shardCount: Int, _ calibration: CalibrationProfile, seed: UInt64, clock: any SettlementClock) {
        base = MemoryJournal(shardCount: shardCount)
        self.clock = clock
        self.sync = Sampler(calibration.sync)
        perKiB = calibration.syncPerKiB
        state = Mutex(State(random: RandomStream(seed: seed, purpose: .sync)))
    }

    func stage(_ cells: RawSpan, shard: Int, after sequence: UInt64) throws(JournalFailure) -> JournalTicket {
        _ = try base.stage(cells, shard: shard, after: sequence)
        return state.withLock { state in
            state.fillingBytes += Int64(cells.byteCount)
            return JournalTicket(group: state.filling)
        }
    }

    func durable(_ ticket: JournalTicket) async throws(JournalFailure) {
        while let end = endOfSync(for: ticket) {
            // A run that is interrupted does not wait for a disk that does not exist.
            guard (try? await clock.sleep(untilMonotonic: end)) != nil else { return }
        }
    }

    /// When the sync under way ends, if it has to be waited for; begins one if none is under way.
    private func endOfSync(for ticket: JournalTicket) -> Int64? {
        let now = clock.monotonicNanoseconds
        return state.withLock { state in
            if isDurable(ticket, state, at: now) { return nil }
            if state.syncEnd <= now {
                state.syncing = state.filling
                state.filling += 1
                state.syncEnd = now + max(1, sync.next(&state.random) + state.fillingBytes * perKiB / 1_024)
                state.fillingBytes = 0
            }
            return state.syncEnd
        }
    }

    private func isDurable(_ ticket: JournalTicket, _ state: State, at now: Int64) -> Bool {
        ticket.group < state.syncing || ticket.group == state.syncing && state.syncEnd <= now
    }

    func isDurable(_ ticket: JournalTicket) -> Bool {
        let now = clock.monotonicNanoseconds
        return state.withLock { isDurable(ticket, $0, at: now) }
    }
}
