public import Settlement
public import SettlementLedger
internal import Synchronization

/// A region of a cloud that exists only in memory, with the faults of a real one, seeded and in the time of its clock.
///
/// It keeps its own account of what it was made to do: ``counters`` say whether an instance was ever stopped or started
/// wrongly.
public final class SimulatedRegion: InstanceDriver {
    struct State {
        var table = InstanceTable()
        var behaviour: RegionBehaviour
        var generator: SplitMix64
        var counters = RegionCounters()
        var reads: TokenBucket
        var startRequests: TokenBucket
        var startInstances: TokenBucket
        var stopRequests: TokenBucket
        var stopInstances: TokenBucket
    }

    /// What is true of an account: its standing and since when (monotonic nanoseconds); `nil`: nothing is known.
    public typealias Truth = @Sendable (AccountID) -> (standing: Standing, since: Int64)?

    /// Which region it plays.
    public let region: RegionID
    /// What it allows.
    public let limits: RegionLimits
    let clock: any SettlementClock
    let truth: Truth
    let state: Mutex<State>

    /// A region without instances.
    /// - Parameters:
    ///   - seed: Of all its chances.
    ///   - truth: Against what `wrongStarts` and `wrongStops` are counted.
    public init(
        region: RegionID,
        limits: RegionLimits = RegionLimits(),
        behaviour: RegionBehaviour = RegionBehaviour(),
        clock: any SettlementClock,
        seed: UInt64,
        truth: @escaping Truth = { _ in nil }
    ) {
        self.region = region
        self.limits = limits
        self.clock = clock
        self.truth = truth
        let now = clock.monotonicNanoseconds
        self.state = Mutex(
            State(
                behaviour: behaviour,
                generator: SplitMix64(seed: seed),
                reads: TokenBucket(limits.readRequests, at: now),
                startRequests: TokenBucket(limits.startRequests, at: now),
                startInstances: TokenBucket(limits.startInstances, at: now),
                stopRequests: TokenBucket(limits.stopRequests, at: now),
                stopInstances: TokenBucket(limits.stopInstances, at: now)
            )
        )
    }

    /// How it behaves from now on.
    public var behaviour: RegionBehaviour {
        get { state.withLock { $0.behaviour } }
        set { state.withLock { $0.behaviour = newValue } }
    }

    /// Allows so many calls of start and of stop instead of what ``limits`` publish; `nil`: what they publish.
    public func throttleCommands(to rate: TokenRate?) {
        let now = clock.monotonicNanoseconds
        state.withLock { state in
            state.startRequests.change(to: rate ?? limits.startRequests, at: now)
            state.stopRequests.change(to: rate ?? limits.stopRequests, at: now)
        }
    }

    /// What has happened so far.
    public var counters: RegionCounters { state.withLock { $0.counters } }

    /// How many instances it has.
    public var count: Int { state.withLock { $0.table.count } }

    /// Adds an instance; its number is the count before.
    @discardableResult
    public func add(
        account: AccountID,
        state initial: InstanceState = .running,
        locks: LockReasons = [],
        mark: SuspensionMark? = nil,
        isPrepaid: Bool = false,
        isCritical: Bool = false
    ) -> InstanceID {
        state.withLock { state in
            let face = InstanceTable.Face(state: initial, locks: locks, mark: mark)
            let row = state.table.add(account: account, face: face, isPrepaid: isPrepaid, isCritical: isCritical)
            return InstanceID(UInt64(row))
        }
    }

    /// Adds an instance that was stopped for arrears while it ran.
    @discardableResult
    public func addSuspended(account: AccountID, epoch: UInt32, isCritical: Bool = false) -> InstanceID {
        add(
            account: account,
            state: .stopped,
            locks: .financial,
            mark: SuspensionMark(epoch: epoch, priorState: .running),
            isCritical: isCritical
        )
    }

    /// What an instance really is now.
    /// - Precondition: It was added here.
    public func instance(_ id: InstanceID) -> Instance {
        let now = clock.monotonicNanoseconds
        return state.withLock { state in
            Self.show(Int(id.rawValue), state.table.face(Int(id.rawValue), at: now), state.table)
        }
    }

    /// Its user stops or starts an instance, or its provider changes its locks: whatever no controller does.
    public func set(_ id: InstanceID, state new: InstanceState, locks: LockReasons? = nil) {
        let now = clock.monotonicNanoseconds
        state.withLock { state in
            var face = state.table.face(Int(id.rawValue), at: now)
            face.state = new
            face.locks = locks ?? face.locks
            state.table.change(Int(id.rawValue), to: face, at: now)
        }
    }

    /// The account's user presses start: what is stopped and not locked goes on its way; nothing else happens.
    public func pressStart(of account: AccountID) {
        let now = clock.monotonicNanoseconds
        state.withLock { state in
            for row in state.table.rows(of: account) {
                let face = state.table.face(row, at: now)
                guard face.state == .stopped, face.locks.isEmpty else { continue }
                let duration = state.behaviour.startDuration.sample(using: &state.generator)
                let started = InstanceTable.Face(state: .starting, locks: [], mark: nil)
                state.table.change(row, to: started, at: now, arrivesAt: now + duration)
            }
        }
    }

    /// How many instances are in a state now. O(instances).
    public func count(in wanted: InstanceState) -> Int {
        let now = clock.monotonicNanoseconds
        return state.withLock { state in
            (0..<state.table.count).count { state.table.face($0, at: now).state == wanted }
        }
    }

    static func show(_ row: Int, _ face: InstanceTable.Face, _ table: InstanceTable) -> Instance {
        Instance(
            id: InstanceID(UInt64(row)),
            account: table.accounts[row],
            state: face.state,
            locks: face.locks,
            mark: face.mark,
            isCritical: table.isCritical[row]
        )
    }
}
