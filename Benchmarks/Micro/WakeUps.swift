internal import Synchronization

/// What a single call costs at least: callers who suspend, and an actor that wakes all of them, again and again.
///
/// Nothing is decided and nothing is kept, so this is the runtime's share of a single call.
actor WakeUps {
    private typealias Caller = UnsafeContinuation<Void, Never>
    private nonisolated let waiting = Mutex<[Caller]>([])

    /// As many callers at once, each woken so often.
    ///
    /// - Returns: wake-ups.
    @concurrent
    nonisolated func run(callers: Int, times: Int) async -> Int {
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<callers {
                group.addTask {
                    for _ in 0..<times { await self.wait() }
                }
            }
            group.addTask { await self.wake(callers * times) }
        }
        return callers * times
    }

    private nonisolated func wait() async {
        await withUnsafeContinuation { caller in waiting.withLock { $0.append(caller) } }
    }

    private func wake(_ count: Int) async {
        var left = count
        var woken: [Caller] = []
        while left > 0 {
            waiting.withLock { swap(&$0, &woken) }
            for caller in woken { caller.resume() }
            left -= woken.count
            woken.removeAll(keepingCapacity: true)
            await Task.yield()
        }
    }
}
