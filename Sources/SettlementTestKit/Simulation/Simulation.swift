internal import Settlement
internal import Synchronization

/// Runs real actors in virtual time on the calling thread: when nothing is ready, the clock goes on to the next sleeper.
///
/// A month takes as long as its work, and the same seed gives the same run. What runs inside must be structured and
/// know no clock but ``clock``.
public struct Simulation: Sendable {
    /// Everything waits, and nothing will ever wake it.
    public struct Deadlock: Error, Sendable, CustomStringConvertible {
        /// The seed that reproduces it.
        public var seed: UInt64
        /// What happened and how to repeat it.
        public var description: String { "seed \(seed): every task waits and no sleeper is left to wake one" }
    }

    /// Which interleaving.
    public let seed: UInt64
    /// The virtual time.
    public let clock: ManualClock

    /// A simulation of one seed.
    public init(seed: UInt64, clock: ManualClock = ManualClock()) {
        self.seed = seed
        self.clock = clock
    }

    /// Runs `body` to its end.
    /// - Throws: What `body` throws, or ``Deadlock``.
    public func run<Value: Sendable>(_ body: @escaping @Sendable (ManualClock) async throws -> Value) throws -> Value {
        let executor = SeededExecutor(seed: seed)
        let ending = Ending<Value>()
        let clock = clock
        // The root of everything that runs on the executor; its end is what the loop below waits for.
        Task(executorPreference: executor) {
            do {
                let value = try await body(clock)
                ending.set(.success(value))
            } catch {
                ending.set(.failure(error))
            }
        }
        while true {
            if let result = ending.value { return try result.get() }
            if executor.runNext() { continue }
            guard clock.advanceToNextSleeper() else { throw Deadlock(seed: seed) }
        }
    }
}

/// What the root task has come to.
private final class Ending<Value: Sendable>: Sendable {
    private let result = Mutex<Result<Value, any Error>?>(nil)

    var value: Result<Value, any Error>? { result.withLock { $0 } }

    func set(_ value: Result<Value, any Error>) {
        result.withLock { $0 = value }
    }
}
