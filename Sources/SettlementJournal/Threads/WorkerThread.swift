#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// A thread that runs what it is given, one after another.
final class WorkerThread: Sendable {
    private let queue: WorkQueue

    /// - Throws: `exhausted` when the system gives no thread: too many of them, or no address space for its stack.
    init() throws(JournalOpenError) {
        queue = WorkQueue()
        let argument = Unmanaged.passRetained(queue)
        #if canImport(Darwin)
            var thread: pthread_t?
        #else
            var thread = pthread_t()
        #endif
        let code = pthread_create(&thread, nil, { runWorker($0) }, argument.toOpaque())
        guard code == 0 else {
            argument.release()
            throw .noThread(String(cString: strerror(code)))
        }
        #if canImport(Darwin)
            if let thread { pthread_detach(thread) }
        #else
            pthread_detach(thread)
        #endif
    }

    /// Work already due is still run; work with a delay that has not passed is dropped.
    deinit { queue.stop() }

    func perform(afterNanoseconds delay: Int64, _ work: @escaping @Sendable () -> Void) {
        queue.add(work, dueAt: delay <= 0 ? 0 : monotonicNanoseconds() + delay)
    }
}

/// The machine's cores.
package enum Processors {
    /// Cores that are online, at least 1.
    package static var online: Int { max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }
}

#if canImport(Darwin)
    private typealias ThreadArgument = UnsafeMutableRawPointer
#else
    private typealias ThreadArgument = UnsafeMutableRawPointer?
#endif

private func runWorker(_ argument: ThreadArgument) -> UnsafeMutableRawPointer? {
    let opaque: UnsafeMutableRawPointer? = argument
    if let opaque { Unmanaged<WorkQueue>.fromOpaque(opaque).takeRetainedValue().run() }
    return nil
}

/// The work of one thread: what is due now in order of arrival, and a few timers.
///
/// Its variables are read and changed under the monitor only.
private final class WorkQueue: @unchecked Sendable {
    typealias Work = @Sendable () -> Void

    private let monitor = Monitor()
    private var due: [Work] = []
    private var timers: [(dueAt: Int64, work: Work)] = []
    private var isStopped = false

    func add(_ work: @escaping Work, dueAt: Int64) {
        monitor.locked {
            if dueAt == 0 {
                due.append(work)
            } else {
                let index = timers.firstIndex { $0.dueAt > dueAt } ?? timers.endIndex
                timers.insert((dueAt, work), at: index)
            }
            monitor.signal()
        }
    }

    func stop() {
        monitor.locked {
            isStopped = true
            monitor.signal()
        }
    }

    func run() {
        while let batch = nextBatch() {
            for work in batch { work() }
        }
    }

    /// Waits for work; nil when the thread is to end.
    private func nextBatch() -> [Work]? {
        monitor.locked {
            while true {
                if !timers.isEmpty {
                    let now = monotonicNanoseconds()
                    while let timer = timers.first, timer.dueAt <= now {
                        due.append(timer.work)
                        timers.removeFirst()
                    }
                }
                if !due.isEmpty {
                    defer { due = [] }
                    return due
                }
                if isStopped { return nil }
                if let timer = timers.first { monitor.wait(untilMonotonic: timer.dueAt) } else { monitor.wait() }
            }
        }
    }
}
