#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// A thread that runs what it is given, one after another. The one file of the journal that speaks to pthreads.
///
/// The mutex and the condition are allocated once, live as long as the queue object, and are used nowhere else; every
/// access to the queue's stored properties is between `lock` and `unlock`.
final class WorkerThread: Sendable {
    private let queue: WorkQueue

    init() {
        queue = WorkQueue()
        let argument = Unmanaged.passRetained(queue)
        #if canImport(Darwin)
            var thread: pthread_t?
        #else
            var thread = pthread_t()
        #endif
        let code = pthread_create(&thread, nil, { runWorker($0) }, argument.toOpaque())
        precondition(code == 0, "the system gives no thread for the journal: error \(code)")
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

private func monotonicNanoseconds() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
}

/// The work of one thread: what is due now in order of arrival, and a few timers.
private final class WorkQueue: @unchecked Sendable {
    typealias Work = @Sendable () -> Void

    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var due: [Work] = []
    private var timers: [(dueAt: Int64, work: Work)] = []
    private var isStopped = false

    init() {
        pthread_mutex_init(mutex, nil)
        #if canImport(Darwin)
            pthread_cond_init(condition, nil)
        #else
            var attributes = pthread_condattr_t()
            pthread_condattr_init(&attributes)
            pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
            pthread_cond_init(condition, &attributes)
            pthread_condattr_destroy(&attributes)
        #endif
    }

    deinit {
        pthread_cond_destroy(condition)
        pthread_mutex_destroy(mutex)
        condition.deallocate()
        mutex.deallocate()
    }

    func add(_ work: @escaping Work, dueAt: Int64) {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        if dueAt == 0 {
            due.append(work)
        } else {
            let index = timers.firstIndex { $0.dueAt > dueAt } ?? timers.endIndex
            timers.insert((dueAt, work), at: index)
        }
        pthread_cond_signal(condition)
    }

    func stop() {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        isStopped = true
        pthread_cond_signal(condition)
    }

    func run() {
        while let batch = nextBatch() {
            for work in batch { work() }
        }
    }

    /// Waits for work; nil when the thread is to end.
    private func nextBatch() -> [Work]? {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
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
            wait(until: timers.first?.dueAt)
        }
    }

    private func wait(until deadline: Int64?) {
        guard let deadline else {
            pthread_cond_wait(condition, mutex)
            return
        }
        #if canImport(Darwin)
            let remaining = max(0, deadline - monotonicNanoseconds())
            var time = timespec(tv_sec: Int(remaining / 1_000_000_000), tv_nsec: Int(remaining % 1_000_000_000))
            pthread_cond_timedwait_relative_np(condition, mutex, &time)
        #else
            var time = timespec(tv_sec: Int(deadline / 1_000_000_000), tv_nsec: Int(deadline % 1_000_000_000))
            pthread_cond_timedwait(condition, mutex, &time)
        #endif
    }
}
