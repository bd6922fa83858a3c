#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif
internal import HeapModule
internal import Settlement

/// A world of real actors in virtual time, on the calling thread: the same seed, the same run.
///
/// Nothing runs in parallel and nothing waits: when no job is ready, time goes on to the next event. Which of several
/// events of one instant comes first is drawn from the seed, and so is how long a task stays at a ``point()``.
///
/// ```swift
/// try Simulation(seed: 7).run { clock in
///     try await clock.sleep(nanoseconds: 3_600_000_000_000)  // takes no time
/// }
/// ```
///
/// What runs inside must be structured and know no clock but ``clock``; see <doc:TestingWithSimulation>.
///
/// Confined to the thread that made it, which every enqueue checks: that is why it may call itself sendable.
public final class Simulation: @unchecked Sendable {
    /// Where tasks may overtake each other.
    public enum Interleaving: Sendable, Hashable {
        /// At every hop between actors. Finds more in code without points; a seed is good for one build only, since an
        /// optimised build hops less.
        case everyHop
        /// Where the simulated world answers: at ``Simulation/point()``, and at the clock. A seed is good for all builds.
        case points
    }

    /// Everything waits, and nothing will ever wake it.
    public struct Deadlock: Error, Sendable, CustomStringConvertible {
        /// The seed that reproduces it.
        public var seed: UInt64
        /// What happened and how to repeat it.
        public var description: String { "seed \(seed): every task waits and no sleeper is left to wake one" }
    }

    /// Draws everything that chance decides.
    public let seed: UInt64
    /// Nanoseconds of virtual time.
    public internal(set) var now: Int64 = 1_000_000_000
    /// Business time at monotonic 0. Set it to make the wall clock jump.
    public var wallOffset: Int64 = 1_790_000_000_000_000_000
    /// Longest stay at a ``point()``, in nanoseconds; 0: tasks overtake each other, but time stands still.
    public var pointSpread: Int64 = 1_000
    /// What has happened so far.
    public internal(set) var digest = RunDigest()
    /// Events so far.
    public internal(set) var steps = 0

    let interleaving: Interleaving
    var generator: SplitMix64
    var events = Heap<Event>()
    var lastEvent: UInt64 = 0
    var ready: [(job: UnownedJob, node: SimulatedNode)] = []
    var nodes: [SimulatedNode] = []
    var running: SimulatedNode?
    var isEnding = false
    private let thread = pthread_self()

    /// A world without nodes.
    public init(seed: UInt64, interleaving: Interleaving = .everyHop) {
        self.seed = seed
        self.interleaving = interleaving
        self.generator = SplitMix64(seed: seed)
    }

    /// The time of this world.
    public var clock: SimulatedClock { SimulatedClock(simulation: self) }

    /// A new process.
    public func makeNode(_ name: String) -> SimulatedNode {
        let node = SimulatedNode(name: name, index: nodes.count, simulation: self)
        nodes.append(node)
        return node
    }

    /// Runs `body` on a node of its own to its end, and then ends everything else.
    /// - Throws: What `body` throws, or ``Deadlock``.
    public func run<Value: Sendable>(_ body: @escaping @Sendable (SimulatedClock) async throws -> Value) throws -> Value
    {
        let ending = Ending<Value>()
        let clock = clock
        makeNode("main").spawn {
            do {
                ending.result = .success(try await body(clock))
            } catch {
                ending.result = .failure(error)
            }
        }
        let hasEnded = advance { ending.result != nil }
        // Ending the world cancels a body that still waits, so its result then means nothing.
        end()
        guard hasEnded, let result = ending.result else { throw Deadlock(seed: seed) }
        return try result.get()
    }

    /// Lets other tasks and events go first, as long as the seed says. The simulated ports do this at each call.
    public func point() async {
        if isEnding { return }
        let time = now + random(below: pointSpread + 1)
        let sleeper = Sleeper()
        await withUnsafeContinuation { park($0, in: sleeper, until: time) }
    }

    /// Does something to the world after a while, between the steps of its nodes.
    public func schedule(afterNanoseconds delay: Int64, _ action: @escaping () -> Void) {
        schedule(on: nil, at: now + delay, action)
    }

    /// A number from 0 up to, not including, `bound`, which is at least 1.
    public func random(below bound: Int64) -> Int64 { Int64.random(in: 0..<max(1, bound), using: &generator) }

    /// True in so many of a thousand cases.
    public func happens(perMille share: Int) -> Bool { share > 0 && random(below: 1_000) < Int64(share) }

    /// Makes something that happened part of the digest.
    public func note(_ word: UInt64) {
        if !isEnding { digest.combine(word) }
    }

    /// Makes bytes part of the digest.
    public func note(_ bytes: RawSpan) {
        if !isEnding { digest.combine(bytes) }
    }

    var isOnItsThread: Bool { pthread_equal(pthread_self(), thread) != 0 }
}

/// What the root task has come to.
private final class Ending<Value: Sendable>: @unchecked Sendable {
    var result: Result<Value, any Error>?
}
