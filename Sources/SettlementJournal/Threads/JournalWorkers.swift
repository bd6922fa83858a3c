/// Where a journal's blocking work runs: on threads of its own, or on a simulator's.
public protocol JournalWorkers: AnyObject, Sendable {
    /// Runs `work` once, not before the given time has passed. Work of one lane never overlaps, and runs in the order of its
    /// due times. Called from any thread; returns at once.
    func perform(_ lane: JournalLane, afterNanoseconds delay: Int64, _ work: @escaping @Sendable () -> Void)
}

/// Kinds of work that must not wait for each other.
public enum JournalLane: Int, CaseIterable, Hashable, Sendable {
    /// Groups and the anchor.
    case commit
    /// The next segment, snapshots, removal of old segments.
    case maintenance
    /// Cells for subscribers that lag.
    case reading
}

/// One thread per lane, ended when the object goes.
public final class JournalThreads: JournalWorkers {
    private let lanes: [WorkerThread]

    /// Starts the threads.
    /// - Throws: `exhausted` when the system gives none.
    public init() throws(JournalOpenError) {
        var lanes: [WorkerThread] = []
        for _ in JournalLane.allCases { lanes.append(try WorkerThread()) }
        self.lanes = lanes
    }

    /// See ``JournalWorkers/perform(_:afterNanoseconds:_:)``.
    public func perform(_ lane: JournalLane, afterNanoseconds delay: Int64, _ work: @escaping @Sendable () -> Void) {
        lanes[lane.rawValue].perform(afterNanoseconds: delay, work)
    }
}
