import Synchronization

@testable import SettlementJournal

/// Runs work at once in the caller's thread; timers wait until a test lets them pass.
final class InlineWorkers: JournalWorkers {
    private let timers = Mutex<[@Sendable () -> Void]>([])
    /// While true, the commit lane waits too: what is staged meanwhile becomes one group.
    private let isHeld = Atomic<Bool>(false)
    private let held = Mutex<[@Sendable () -> Void]>([])

    func perform(_ lane: JournalLane, afterNanoseconds delay: Int64, _ work: @escaping @Sendable () -> Void) {
        if delay > 0 {
            timers.withLock { $0.append(work) }
        } else if lane == .commit, isHeld.load(ordering: .relaxed) {
            held.withLock { $0.append(work) }
        } else {
            work()
        }
    }

    func passTime() {
        let due = timers.withLock { timers in
            defer { timers = [] }
            return timers
        }
        for work in due { work() }
    }

    func holdCommits(_ body: () throws -> Void) rethrows {
        isHeld.store(true, ordering: .relaxed)
        defer {
            isHeld.store(false, ordering: .relaxed)
            let work = held.withLock { held in
                defer { held = [] }
                return held
            }
            for job in work { job() }
        }
        try body()
    }
}
