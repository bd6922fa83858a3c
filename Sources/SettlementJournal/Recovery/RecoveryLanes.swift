internal import Synchronization

/// Hands recovered pieces to threads, each of which serves some of the shards, while the caller reads on.
///
/// Nothing is copied: the threads look at the segment that was read. At most three segments are in memory.
final class RecoveryLanes: Sendable {
    private let threads: [WorkerThread]
    private let storage: any JournalStorage
    private let deliver: FileJournal.ShardRecovery
    private let underWay = WorkCount()
    private let failure = Mutex<JournalOpenError?>(nil)

    init(
        count: Int,
        storage: any JournalStorage,
        deliver: @escaping FileJournal.ShardRecovery
    ) throws(JournalOpenError) {
        var threads: [WorkerThread] = []
        for _ in 0..<count { threads.append(try WorkerThread()) }
        self.threads = threads
        self.storage = storage
        self.deliver = deliver
    }

    /// Waits until the piece before the last one was delivered, and has this one delivered.
    func take(_ piece: RecoveredPiece) throws(JournalOpenError) {
        underWay.wait(untilAtMost: threads.count)
        try checkFailure()
        for (lane, thread) in threads.enumerated() {
            let count = threads.count
            underWay.begin()
            thread.perform(afterNanoseconds: 0) { [self] in
                defer { underWay.end() }
                // Behind a refused piece its shards' later ones make no sense.
                guard failure.withLock({ $0 == nil }) else { return }
                do throws(JournalOpenError) {
                    try piece.deliver(where: { $0 % count == lane }, from: storage, to: deliver)
                } catch {
                    failure.withLock { $0 = $0 ?? error }
                }
            }
        }
    }

    /// Waits until nothing is being delivered any more.
    func finish() { underWay.wait(untilAtMost: 0) }

    /// - Throws: why a piece was refused.
    func checkFailure() throws(JournalOpenError) {
        if let failure = failure.withLock({ $0 }) { throw failure }
    }
}
