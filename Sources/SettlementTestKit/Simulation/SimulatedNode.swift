/// One process of a simulated world: what runs on it is paused, and killed, together.
///
/// Confined to the thread of its simulation, which is why it may call itself sendable.
public final class SimulatedNode: @unchecked Sendable {
    /// What a node is doing.
    public enum State: Sendable, Hashable {
        case running
        /// Stopped by its scheduler, as by `SIGSTOP`: it does nothing and does not know it.
        case paused
        /// Gone, as by `kill -9`: none of its jobs, timers or threads will ever run again.
        case dead
    }

    /// Something of a node that may not run now.
    enum Work {
        case job(UnownedJob)
        case wake(Sleeper)
        case action(() -> Void)
    }

    /// For messages.
    public let name: String
    /// Position among the nodes of its simulation, in the order in which they were made.
    public let index: Int
    /// What the node is doing.
    public private(set) var state = State.running

    private let simulation: Simulation
    private var held: [Work] = []
    private var tasks: [UInt64: Task<Void, Never>] = [:]
    private var lastTask: UInt64 = 0
    private(set) lazy var executor = SimulationExecutor(simulation: simulation, node: self)

    init(name: String, index: Int, simulation: Simulation) {
        self.name = name
        self.index = index
        self.simulation = simulation
    }

    /// Starts a root task on the node; all that it starts stays there. The only way into a node.
    ///
    /// It is cancelled, and has to end, when the simulation ends.
    public func spawn(_ operation: @escaping @Sendable () async -> Void) {
        precondition(state != .dead, "node \(name) is dead: make another one")
        lastTask += 1
        let number = lastTask
        tasks[number] = Task(executorPreference: executor) {
            await operation()
            self.tasks[number] = nil
        }
    }

    /// Ends the node between two of its steps; what it waited for never comes.
    public func kill() { state = .dead }

    /// Holds everything of the node from now on.
    public func pause() {
        if state == .running { state = .paused }
    }

    /// Lets everything held go on.
    public func resume() {
        guard state == .paused else { return }
        state = .running
        releaseHeld()
    }

    /// Whether nothing the node does counts any more: it is dead, or the world has ended.
    public var isGone: Bool { state == .dead || simulation.isEnding }

    /// Root tasks that have not ended.
    var unfinishedTasks: Int { tasks.count }

    func hold(_ work: Work) { held.append(work) }

    func releaseHeld() {
        let works = held
        held = []
        for work in works { simulation.release(work, of: self) }
    }

    func cancelTasks() {
        for (_, task) in tasks.sorted(by: { $0.key < $1.key }) { task.cancel() }
    }
}
