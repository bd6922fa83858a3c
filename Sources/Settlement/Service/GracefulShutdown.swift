internal import ServiceLifecycle

/// Runs `operation` and cancels it when a graceful shutdown begins.
///
/// Like ServiceLifecycle's `cancelWhenGracefulShutdown`, which starts an unstructured task to hear of the shutdown; this
/// one does not, so a service that uses it stays on its executor and can be simulated.
package func untilGracefulShutdown(_ operation: @escaping @Sendable () async -> Void) async {
    let signal = WakeSignal()
    await withGracefulShutdownHandler {
        await withTaskGroup { group in
            group.addTask { await operation() }
            group.addTask { try? await signal.wait() }
            await group.next()
            group.cancelAll()
        }
    } onGracefulShutdown: {
        signal.set()
    }
}
