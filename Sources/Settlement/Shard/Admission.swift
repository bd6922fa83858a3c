internal import Synchronization

/// Bounds what one shard holds: over the bound a command is turned away at once, with nothing written.
///
/// Every single call enters and leaves, so there is no lock on that way, only a count.
final class Admission: Sendable {
    private let shard: Int
    private let commandsMax: Int
    private let held = Atomic<Int>(0)
    private let isClosed = Atomic<Bool>(false)
    /// Whether somebody waits in `drained`.
    private let isAwaited = Atomic<Bool>(false)
    private let drained = Mutex<[UnsafeContinuation<Void, Never>]>([])

    /// - Parameter bytesMax: of commands, each counted as large as it is in memory; the tighter bound counts.
    init(shard: Int, commandsMax: Int, bytesMax: Int) {
        self.shard = shard
        self.commandsMax = min(commandsMax, bytesMax / MemoryLayout<Command>.stride)
    }

    /// Commands held now.
    var depth: Int { held.load(ordering: .relaxed) }

    /// Takes room for `commands`. A batch larger than the whole bound is admitted when the shard is empty.
    ///
    /// - Parameter isBounded: `false` for work that waits at the bulk gate anyway: it is counted, and turned away only
    ///   when the shard is closed.
    func enter(commands: Int, isBounded: Bool = true) throws(SettlementError) {
        var seen = held.load(ordering: .relaxed)
        while true {
            guard seen + commands <= commandsMax || seen == 0 || !isBounded else {
                if isClosed.load(ordering: .relaxed) { throw .closed }
                // About a microsecond a command, so the queue has half emptied when the caller returns.
                throw .overloaded(shard: shard, retryAfterNanoseconds: max(1_000_000, Int64(seen) * 500))
            }
            let result = held.weakCompareExchange(
                expected: seen,
                desired: seen + commands,
                ordering: .sequentiallyConsistent
            )
            if result.exchanged { break }
            seen = result.original
        }
        // Counted first and looked second: whoever closes and then finds nothing held has missed nobody.
        if isClosed.load(ordering: .sequentiallyConsistent) {
            leave(commands: commands)
            throw .closed
        }
    }

    func leave(commands: Int) {
        let left = held.wrappingSubtract(commands, ordering: .sequentiallyConsistent).newValue
        precondition(left >= 0, "more commands left a shard than entered")
        if left == 0, isAwaited.load(ordering: .sequentiallyConsistent) { wakeDrained() }
    }

    /// Turns new commands away from now on.
    func close() { isClosed.store(true, ordering: .sequentiallyConsistent) }

    /// Suspends until nothing is held.
    func waitUntilEmpty() async {
        await withUnsafeContinuation { continuation in
            drained.withLock { $0.append(continuation) }
            isAwaited.store(true, ordering: .sequentiallyConsistent)
            if held.load(ordering: .sequentiallyConsistent) == 0 { wakeDrained() }
        }
    }

    private func wakeDrained() {
        let waiters = drained.withLock { waiters in
            defer { waiters = [] }
            return waiters
        }
        for waiter in waiters { waiter.resume() }
    }
}
