internal import Synchronization

/// Runs tasks on one thread and picks the next ready job by a seed: the same seed, the same interleaving.
///
/// Structured tasks and default actors stay on it; `Task {}`, `Task.detached` and `Task.sleep` escape.
final class SeededExecutor: TaskExecutor {
    private struct State {
        var ready: [UnownedJob] = []
        var generator: SplitMix64
    }

    private let state: Mutex<State>

    init(seed: UInt64) {
        state = Mutex(State(generator: SplitMix64(seed: seed)))
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        state.withLock { $0.ready.append(job) }
    }

    /// Runs one ready job. Returns whether there was one.
    func runNext() -> Bool {
        let job = state.withLock { state -> UnownedJob? in
            guard !state.ready.isEmpty else { return nil }
            let index = Int.random(in: state.ready.indices, using: &state.generator)
            return state.ready.remove(at: index)
        }
        guard let job else { return false }
        job.runSynchronously(on: asUnownedTaskExecutor())
        return true
    }
}
