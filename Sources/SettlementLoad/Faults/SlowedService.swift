internal import Settlement
internal import Synchronization

/// Makes one shard of a real pool slower while a fault says so. Its own work takes what it takes.
final class SlowedService: TimedService {
    private struct State {
        var startedAt: Int64 = 0
        var busyUntil: Int64 = 0
    }

    private let board: FaultBoard
    private let shard: Int
    let clock: any SettlementClock
    let turnstile = Turnstile()
    private let state = Mutex(State())

    init(_ board: FaultBoard, shard: Int, clock: any SettlementClock) {
        self.board = board
        self.shard = shard
        self.clock = clock
    }

    func begin() async {
        await turnstile.enter()
        await waitUntilDone(state.withLock { $0.busyUntil })
        let now = clock.monotonicNanoseconds
        state.withLock { $0.startedAt = now }
    }

    func charge(items: Int, lane: Lane) -> Int64 {
        let slowdown = board.slowdown(ofShard: shard)
        let now = clock.monotonicNanoseconds
        let work = now - state.withLock { $0.startedAt }
        compute(until: now + slowdown.moreWork(than: work))
        let done = clock.monotonicNanoseconds + slowdown.latency
        state.withLock { $0.busyUntil = done }
        return done
    }

    /// Keeps the thread: a shard that computes for longer leaves less of the machine to others, and no timer is as fine as
    /// a tenth of a batch.
    private func compute(until instant: Int64) {
        while clock.monotonicNanoseconds < instant {}
    }
}

/// How much slower a shard is now.
struct ShardSlowdown: Sendable, Hashable {
    /// Its work takes so many thousandths of what it takes otherwise, at least 1,000.
    var factorThousandths: Int64 = 1_000
    /// How long it waits after each batch, in nanoseconds.
    var latency: Int64 = 0

    /// Nanoseconds of work beyond `work`.
    func moreWork(than work: Int64) -> Int64 { max(0, work) * (factorThousandths - 1_000) / 1_000 }
}

extension FaultBoard {
    /// How much slower a shard is now, with all faults that are on.
    func slowdown(ofShard shard: Int) -> ShardSlowdown {
        active(.slowShard).reduce(into: ShardSlowdown()) { slowdown, fault in
            guard fault.shard == nil || fault.shard == shard else { return }
            slowdown.factorThousandths += fault.factorThousandths - 1_000
            slowdown.latency += fault.latency
        }
    }
}
