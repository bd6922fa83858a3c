internal import Synchronization

/// Bounds what one shard holds: over the bound a command is turned away at once, with nothing written.
final class Admission: Sendable {
    private struct State {
        var commands = 0
        var bytes = 0
        var isClosed = false
        var drained: [UnsafeContinuation<Void, Never>] = []
    }

    private let shard: Int
    private let commandsMax: Int
    private let bytesMax: Int
    private let state = Mutex(State())

    init(shard: Int, commandsMax: Int, bytesMax: Int) {
        self.shard = shard
        self.commandsMax = commandsMax
        self.bytesMax = bytesMax
    }

    /// Commands held now.
    var depth: Int { state.withLock { $0.commands } }

    /// Takes room for `commands`. A batch larger than the whole bound is admitted when the shard is empty.
    ///
    /// - Parameter isBounded: `false` for work that waits at the bulk gate anyway: it is counted, and turned away only
    ///   when the shard is closed.
    func enter(commands: Int, isBounded: Bool = true) throws(SettlementError) {
        let bytes = commands * MemoryLayout<Command>.stride
        let refusal: SettlementError? = state.withLock { state in
            if state.isClosed { return .closed }
            let fits = state.commands + commands <= commandsMax && state.bytes + bytes <= bytesMax
            guard fits || state.commands == 0 || !isBounded else {
                // About a microsecond a command, so the queue has half emptied when the caller returns.
                return .overloaded(shard: shard, retryAfterNanoseconds: max(1_000_000, Int64(state.commands) * 500))
            }
            state.commands += commands
            state.bytes += bytes
            return nil
        }
        if let refusal { throw refusal }
    }

    func leave(commands: Int) {
        let waiters: [UnsafeContinuation<Void, Never>] = state.withLock { state in
            state.commands -= commands
            state.bytes -= commands * MemoryLayout<Command>.stride
            precondition(state.commands >= 0, "more commands left a shard than entered")
            guard state.commands == 0 else { return [] }
            defer { state.drained = [] }
            return state.drained
        }
        for waiter in waiters { waiter.resume() }
    }

    /// Turns new commands away from now on.
    func close() { state.withLock { $0.isClosed = true } }

    /// Suspends until nothing is held.
    func waitUntilEmpty() async {
        await withUnsafeContinuation { continuation in
            let isEmpty = state.withLock { state in
                if state.commands == 0 { return true }
                state.drained.append(continuation)
                return false
            }
            if isEmpty { continuation.resume() }
        }
    }
}
