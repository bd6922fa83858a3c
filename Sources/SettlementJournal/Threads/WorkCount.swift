/// How much work is under way, for the one thread that hands it out and must not run too far ahead.
///
/// `count` is read and changed under the monitor only.
final class WorkCount: @unchecked Sendable {
    private let monitor = Monitor()
    private var count = 0

    func begin() { monitor.locked { count += 1 } }

    func end() {
        monitor.locked {
            count -= 1
            monitor.signal()
        }
    }

    /// Blocks while more than `limit` is under way.
    func wait(untilAtMost limit: Int) {
        monitor.locked {
            while count > limit { monitor.wait() }
        }
    }
}
