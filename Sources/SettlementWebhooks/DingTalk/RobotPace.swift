internal import DequeModule

/// When a robot may speak: DingTalk allows 20 messages in a minute and falls silent for ten when there are more.
struct RobotPace: Sendable {
    /// Two less than are allowed: the vendor's minute need not be ours.
    static let messages = 18
    static let windowNanoseconds: Int64 = 60_000_000_000

    private var sent: Deque<Int64> = []

    /// When the next message may go out: `now` or later. O(1).
    func ready(at now: Int64) -> Int64 {
        guard sent.count >= Self.messages, let first = sent.first else { return now }
        return max(now, first + Self.windowNanoseconds)
    }

    /// A message goes out.
    mutating func record(at now: Int64) {
        sent.append(now)
        if sent.count > Self.messages { sent.removeFirst() }
    }
}
