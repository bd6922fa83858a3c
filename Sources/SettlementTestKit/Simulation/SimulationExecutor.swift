/// Runs the tasks of one simulated node, job by job, on the simulation's thread.
///
/// Structured tasks, default actors, task groups, async sequences and continuations stay on it. `Task {}`,
/// `Task.detached` and `Task.sleep` escape to threads of the system; what comes back from there stops the process, since
/// nothing could be reproduced any more.
public final class SimulationExecutor: TaskExecutor {
    private let simulation: Simulation
    private unowned let node: SimulatedNode

    init(simulation: Simulation, node: SimulatedNode) {
        self.simulation = simulation
        self.node = node
    }

    /// Makes a job ready. O(1).
    public func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        precondition(
            simulation.isOnItsThread,
            """
            \(job) of simulated node \(node.name) was enqueued by another thread: something in it left the simulation. \
            Look for Task {}, Task.detached, Task.sleep, a dispatch queue or a thread, and use structured tasks and the \
            injected clock instead
            """
        )
        simulation.enqueue(job, of: node)
    }
}
