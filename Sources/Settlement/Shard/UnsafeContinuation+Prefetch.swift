internal import CSettlementPrefetch

/// Hints: what they ask for is never needed, and a wrong guess about the runtime's layout costs a cache line.
extension UnsafeContinuation {
    /// A continuation is the address of its task.
    private var task: UnsafeRawPointer { unsafeBitCast(self, to: UnsafeRawPointer.self) }

    /// Where a task keeps its frame while it waits: inlined into every `resume` by the compiler.
    private static var frameOffset: Int { 0x40 }

    /// Asks for the cache lines of the task that waking it touches.
    func prefetchTask() {
        settlement_prefetch(task)
        settlement_prefetch(task + 64)
        settlement_prefetch(task + 128)
    }

    /// Asks for the frame of a task that was asked for before.
    func prefetchFrame() {
        guard let frame = task.load(fromByteOffset: Self.frameOffset, as: UnsafeRawPointer?.self) else { return }
        settlement_prefetch(frame)
        settlement_prefetch(frame + 64)
        settlement_prefetch(frame - 64)
    }
}
