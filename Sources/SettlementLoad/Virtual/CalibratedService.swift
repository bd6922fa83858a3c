internal import Settlement
internal import Synchronization

/// Keeps one shard busy for as long as the calibration says: one caller after the other, first come, first served.
final class CalibratedService: ServiceModel {
    private struct State {
        var random: RandomStream
        var busyUntil: Int64 = 0
    }

    private let shard: Int
    private let board: FaultBoard
    private let clock: any SettlementClock
    private let command: Sampler
    private let batch: Sampler
    private let turnstile = Turnstile()
    private let state: Mutex<State>

    init(_ calibration: CalibrationProfile, shard: Int, seed: UInt64, board: FaultBoard, clock: any SettlementClock) {
        self.shard = shard
        self.board = board
        self.clock = clock
        command = Sampler(calibration.command)
        batch = Sampler(calibration.batch)
        state = Mutex(State(random: RandomStream(seed: seed, purpose: .service, item: UInt64(shard))))
    }

    func begin() async {
        await turnstile.enter()
        await waitUntilDone(state.withLock { $0.busyUntil })
    }

    /// One draw for all items: what slows one down slows the others too.
    func charge(items: Int, lane: Lane) -> Int64 {
        let now = clock.monotonicNanoseconds
        let slowdown = board.slowdown(ofShard: shard)
        return state.withLock { state in
            let work = batch.next(&state.random) + Int64(items) * command.next(&state.random)
            let done = max(now, state.busyUntil) + work + slowdown.moreWork(than: work)
            state.busyUntil = done + slowdown.latency
            return state.busyUntil
        }
    }

    func end() { turnstile.leave() }

    func waitUntilDone(_ monotonicNanoseconds: Int64) async {
        guard monotonicNanoseconds > clock.monotonicNanoseconds else { return }
        // Who is cancelled is not kept waiting for a result that nobody wants.
        try? await clock.sleep(untilMonotonic: monotonicNanoseconds)
    }
}
