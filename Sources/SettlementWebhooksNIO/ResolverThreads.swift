internal import NIOCore
internal import NIOPosix
internal import SettlementWebhooks
internal import Synchronization

/// The threads of the process on which names are resolved: the system's call blocks, for many seconds if a name's servers
/// do not answer, so it has neither the threads of others nor an endless queue.
enum ResolverThreads {
    static let count = 4
    /// Names that may wait and be resolved at once.
    static let namesMax = 256

    private static let names = Atomic(0)
    private static let pool: NIOThreadPool = {
        let pool = NIOThreadPool(numberOfThreads: count)
        pool.start()
        return pool
    }()

    /// Resolves a name, if its turn comes before nobody waits for it any more.
    static func resolve(_ host: String, before deadline: NIODeadline, _ found: EventLoopPromise<[IPAddress]>) {
        guard names.add(1, ordering: .relaxed).newValue <= namesMax else {
            names.subtract(1, ordering: .relaxed)
            return found.fail(TransportFailure(reason: "too many names are being resolved"))
        }
        pool.submit { _ in
            defer { names.subtract(1, ordering: .relaxed) }
            guard .now() < deadline else {
                return found.fail(TransportFailure(reason: "the name was not resolved in time"))
            }
            found.completeWith(Result { () throws(TransportFailure) in try SystemResolver.addresses(of: host) })
        }
    }
}
