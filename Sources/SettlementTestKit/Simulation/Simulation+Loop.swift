internal import HeapModule

extension Simulation {
    /// Something that happens at a time, to one node or (without a node) to the world.
    struct Event: Comparable {
        var time: Int64
        /// Drawn, so that events of one instant come in any order.
        var order: UInt64
        var number: UInt64
        var node: SimulatedNode?
        var work: SimulatedNode.Work

        static func < (a: Self, b: Self) -> Bool { (a.time, a.order, a.number) < (b.time, b.order, b.number) }
        static func == (a: Self, b: Self) -> Bool { a.number == b.number }
    }

    /// Runs until `isDone`, or until nothing is left to happen. Returns whether it was done.
    @discardableResult
    public func advance(until isDone: () -> Bool) -> Bool {
        precondition(isOnItsThread, "a simulation runs on the thread that made it")
        while true {
            while let next = takeReady() { run(next.job, of: next.node) }
            if isDone() { return true }
            guard let event = events.popMin() else { return false }
            fire(event)
        }
    }

    /// Runs everything that happens in the next `nanoseconds`.
    public func advance(byNanoseconds nanoseconds: Int64) {
        let end = now + nanoseconds
        advance { events.min.map { $0.time > end } ?? true }
        now = end
    }

    /// Ends the world: cancels every task and lets it unwind, the tasks of dead nodes too, so that no memory is lost.
    ///
    /// From here on nothing is part of the run: sleepers wake, and simulated ports refuse.
    /// - Returns: Root tasks that did not end although they were cancelled. It should be 0.
    @discardableResult
    public func end() -> Int {
        isEnding = true
        for node in nodes {
            node.cancelTasks()
            node.releaseHeld()
        }
        var left = 10_000_000
        while left > 0 {
            left -= 1
            if let next = takeReady() {
                run(next.job, of: next.node)
            } else if let event = events.popMin() {
                if event.node != nil { fire(event) }
            } else {
                break
            }
        }
        defer { nodes = [] }
        return nodes.reduce(0) { $0 + $1.unfinishedTasks }
    }

    /// Suspends the running task until `time`, its cancellation, or the end of the world.
    func suspend(until time: Int64) async {
        let sleeper = Sleeper()
        await withTaskCancellationHandler {
            await withUnsafeContinuation { continuation in
                if isEnding || sleeper.isWoken || Task.isCancelled { return continuation.resume() }
                park(continuation, in: sleeper, until: time)
            }
        } onCancel: {
            sleeper.wake()
        }
    }

    func park(_ continuation: UnsafeContinuation<Void, Never>, in sleeper: Sleeper, until time: Int64) {
        precondition(isOnItsThread, "a task outside of the simulation waits for its clock")
        sleeper.continuation = continuation
        add(.wake(sleeper), of: running, at: time)
    }

    /// Does something on a node at a time; `nil`: to the world.
    func schedule(on node: SimulatedNode?, at time: Int64, _ action: @escaping () -> Void) {
        add(.action(action), of: node, at: time)
    }

    func enqueue(_ job: UnownedJob, of node: SimulatedNode) { ready.append((job, node)) }

    /// What was held goes on now.
    func release(_ work: SimulatedNode.Work, of node: SimulatedNode) {
        if case .job(let job) = work { enqueue(job, of: node) } else { add(work, of: node, at: now) }
    }

    private func add(_ work: SimulatedNode.Work, of node: SimulatedNode?, at time: Int64) {
        lastEvent += 1
        let order = generator.next()
        events.insert(Event(time: max(now, time), order: order, number: lastEvent, node: node, work: work))
    }

    /// The newest job first: a task that hops goes on before anybody else, so hops cannot be seen; or any.
    private func takeReady() -> (job: UnownedJob, node: SimulatedNode)? {
        guard interleaving == .everyHop, ready.count > 1 else { return ready.popLast() }
        return ready.remove(at: Int(random(below: Int64(ready.count))))
    }

    private func run(_ job: UnownedJob, of node: SimulatedNode) {
        guard node.state == .running || isEnding else { return node.hold(.job(job)) }
        running = node
        job.runSynchronously(on: node.executor.asUnownedTaskExecutor())
        running = nil
    }

    private func fire(_ event: Event) {
        if !isEnding { now = max(now, event.time) }
        if let node = event.node, node.state != .running, !isEnding { return node.hold(event.work) }
        switch event.work {
        case .job(let job):
            guard let node = event.node else { preconditionFailure("a job without a node") }
            enqueue(job, of: node)
        case .wake(let sleeper):
            guard sleeper.continuation != nil else { return }
            step(event)
            sleeper.wake()
        case .action(let action):
            step(event)
            running = event.node
            action()
            running = nil
        }
    }

    private func step(_ event: Event) {
        guard !isEnding else { return }
        steps += 1
        note(UInt64(bitPattern: event.time))
        note(UInt64(event.node.map { $0.index + 1 } ?? 0))
    }
}
