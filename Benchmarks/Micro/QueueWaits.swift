internal import Settlement
internal import Synchronization

/// Keeps how long interactive commands waited for their shard.
final class QueueWaits: PathObserver {
    private let waits = Mutex<[Int64]>([])

    func observe(_ stage: PathStage, nanoseconds: Int64, count: Int, lane: Lane) {
        guard stage == .queueWait, lane == .interactive else { return }
        waits.withLock { $0.append(contentsOf: repeatElement(nanoseconds, count: count)) }
    }

    /// What was kept since the last call.
    func take() -> Quantiles {
        Quantiles(
            waits.withLock { waits in
                defer { waits = [] }
                return waits
            }
        )
    }
}
