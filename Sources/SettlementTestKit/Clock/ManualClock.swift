public import Settlement
internal import Synchronization

/// A clock that stands still until it is told to go on.
public final class ManualClock: SettlementClock {
    private struct Sleeper {
        let due: Int64
        let id: UInt64
        let continuation: CheckedContinuation<Void, Never>
    }

    private struct Crowd {
        let count: Int
        let continuation: CheckedContinuation<Void, Never>
    }

    private struct State {
        var now: Int64
        var lastID: UInt64 = 0
        /// Ascending by due time, then by arrival.
        var sleepers: [Sleeper] = []
        var crowds: [Crowd] = []
    }

    private let state: Mutex<State>
    /// Business time at monotonic 0.
    private let origin: Timestamp

    /// A clock at monotonic 1 s, so that 0 can mean *unknown*.
    /// - Parameter origin: Business time at monotonic 0.
    public init(origin: Timestamp = Timestamp(seconds: 1_790_000_000)) {
        self.origin = origin
        self.state = Mutex(State(now: 1_000_000_000))
    }

    /// Nanoseconds this clock was advanced by, and 1 s.
    public var monotonicNanoseconds: Int64 { state.withLock { $0.now } }

    /// Business time: as far after the origin as the monotonic clock is after 0.
    public var wallTime: Timestamp { Timestamp(nanoseconds: origin.rawValue + monotonicNanoseconds) }

    /// Suspends until the clock has been advanced to `nanoseconds`.
    public func sleep(untilMonotonic nanoseconds: Int64) async throws(CancellationError) {
        let id = state.withLock { state in
            state.lastID += 1
            return state.lastID
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { park($0, until: nanoseconds, id: id) }
        } onCancel: {
            let sleeper = state.withLock { state in
                state.sleepers.firstIndex { $0.id == id }.map { state.sleepers.remove(at: $0) }
            }
            sleeper?.continuation.resume()
        }
        if Task.isCancelled { throw CancellationError() }
    }

    /// Goes on by `nanoseconds`, waking sleepers in the order of their due times.
    public func advance(by nanoseconds: Int64) {
        precondition(nanoseconds >= 0, "a monotonic clock does not go back")
        let due = state.withLock { state in
            state.now += nanoseconds
            return Self.takeDue(&state)
        }
        for sleeper in due { sleeper.continuation.resume() }
    }

    /// Goes on to the earliest due time and wakes all sleepers of that instant. Returns whether there was one.
    @discardableResult
    public func advanceToNextSleeper() -> Bool {
        let due = state.withLock { state in
            if let next = state.sleepers.first { state.now = max(state.now, next.due) }
            return Self.takeDue(&state)
        }
        for sleeper in due { sleeper.continuation.resume() }
        return !due.isEmpty
    }

    /// Suspends until at least `count` tasks sleep: the event to wait for before the clock is advanced.
    public func waitForSleepers(_ count: Int) async {
        await withCheckedContinuation { continuation in
            let isThere = state.withLock { state in
                if state.sleepers.count >= count { return true }
                state.crowds.append(Crowd(count: count, continuation: continuation))
                return false
            }
            if isThere { continuation.resume() }
        }
    }

    private func park(_ continuation: CheckedContinuation<Void, Never>, until due: Int64, id: UInt64) {
        let woken = state.withLock { state in
            // A cancellation before this point found no sleeper to wake.
            if Task.isCancelled || due <= state.now { return [continuation] }
            let place = state.sleepers.firstIndex { $0.due > due } ?? state.sleepers.endIndex
            state.sleepers.insert(Sleeper(due: due, id: id, continuation: continuation), at: place)
            let count = state.sleepers.count
            let crowds = state.crowds.filter { $0.count <= count }
            state.crowds.removeAll { $0.count <= count }
            return crowds.map(\.continuation)
        }
        for continuation in woken { continuation.resume() }
    }

    private static func takeDue(_ state: inout State) -> [Sleeper] {
        let now = state.now
        let due = Array(state.sleepers.prefix { $0.due <= now })
        state.sleepers.removeFirst(due.count)
        return due
    }
}
