internal import Settlement
internal import Synchronization

/// Keeps one shard busy for as long as the calibration says: one caller after the other, first come, first served.
final class CalibratedService: TimedService {
    private struct State {
        var random: RandomStream
        var busyUntil: Int64 = 0
    }

    private let shard: Int
    private let board: FaultBoard
    private let cores: CalibratedCores
    let clock: any SettlementClock
    private let command: Sampler
    private let batch: Sampler
    let turnstile = Turnstile()
    private let state: Mutex<State>

    init(
        _ calibration: CalibrationProfile,
        shard: Int,
        seed: UInt64,
        board: FaultBoard,
        cores: CalibratedCores,
        clock: any SettlementClock
    ) {
        self.shard = shard
        self.cores = cores
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
            let done = cores.work(work + slowdown.moreWork(than: work), from: max(now, state.busyUntil))
            state.busyUntil = done + slowdown.latency
            return state.busyUntil
        }
    }

}

extension CalibrationProfile {
    /// The services of all shards of one machine, by shard.
    func services(
        seed: UInt64,
        board: FaultBoard,
        clock: any SettlementClock
    ) -> @Sendable (Int) -> any ServiceModel {
        let cores = CalibratedCores(cores)
        return { shard in
            CalibratedService(self, shard: shard, seed: seed, board: board, cores: cores, clock: clock)
        }
    }
}

/// The cores of a machine: who finds all of them busy waits for the first that is free.
final class CalibratedCores: Sendable {
    private let freeAt: Mutex<[Int64]>

    init(_ count: Int) { freeAt = Mutex(Array(repeating: .min, count: count)) }

    /// Occupies a core for `work` nanoseconds, from `start` or from when one is free. Returns the end. O(cores).
    func work(_ work: Int64, from start: Int64) -> Int64 {
        freeAt.withLock { freeAt in
            var core = 0
            for other in freeAt.indices where freeAt[other] < freeAt[core] { core = other }
            let end = max(start, freeAt[core]) + work
            freeAt[core] = end
            return end
        }
    }
}
