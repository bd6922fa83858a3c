internal import DequeModule

/// Messages to one endpoint, in order, as a value: what is sent when, how often it is tried, and when the endpoint is given up.
///
/// One message is under way at a time, so messages arrive in order unless one is given up. An endpoint that is not served
/// keeps what waits for it.
public struct EndpointState: Sendable {
    /// What a call has come to.
    public enum Result: Sendable, Hashable {
        /// The receiver has it.
        case delivered
        /// It has not, but may have later.
        case failed(retryAfterNanoseconds: Int64?)
        /// The receiver wants nothing more.
        case gone
        /// The receiver will never take this message.
        case refused(code: Int)
        /// The receiver takes nothing as it is addressed or signed.
        case misconfigured(code: Int)
    }

    /// Why an endpoint is not served. It is again when the service starts anew, which is when settings change: a receiver that
    /// is gone, or a setting that is still wrong, says so at the first call.
    public enum Disabled: Sendable, Hashable {
        /// The receiver said so (HTTP 410).
        case gone
        /// Nothing has worked for too long.
        case failing
        /// A token, a signature or another setting is wrong: the receiver's code says which.
        case misconfigured(code: Int)
    }

    /// A message that was given up.
    public struct Loss: Sendable, Hashable {
        /// Why.
        public enum Reason: Sendable, Hashable {
            /// It was tried as often as the settings say.
            case attemptsExhausted
            /// More waited than the settings allow.
            case queueFull
            /// The receiver's code for what it does not take.
            case refused(code: Int)
        }

        /// Its id.
        public var message: String
        /// How often it was tried.
        public var attempts: Int
        /// Why it was given up.
        public var reason: Reason
    }

    private struct Item: Sendable {
        var message: WebhookMessage
        /// The service's numbers of what it tells; `nil`: what the bus tells.
        var numbers: ClosedRange<UInt64>?
    }

    /// How it is served.
    public let settings: WebhookSettings
    /// `nil`: it is served.
    public private(set) var disabled: Disabled?
    /// Messages and lines for robots given up since the service has started.
    public private(set) var lostCount = 0
    /// The latest of them.
    public private(set) var lastLoss: Loss?
    /// How often the journal had dropped changes of standing before the endpoint could take them.
    public internal(set) var gapCount = 0
    /// What the latest call has come to, in words; `nil`: it has delivered its message.
    public internal(set) var lastFailure: String?
    private var queue: Deque<Item> = []
    private var attempts = 0
    private var notBefore: Int64 = .min
    /// Since when nothing has worked; `nil`: the latest call did.
    private var failingSince: Int64?
    private var isUnderWay = false

    /// An endpoint without messages.
    public init(settings: WebhookSettings = WebhookSettings()) { self.settings = settings }

    /// Messages that wait, the one under way included.
    public var count: Int { queue.count }

    /// The first of the service's numbers that waits; `nil`: none does. O(messages of the bus before it).
    var firstNumber: UInt64? { queue.first { $0.numbers != nil }?.numbers?.lowerBound }

    /// Adds a message behind the others; beyond the limit the oldest is given up. O(1).
    public mutating func add(_ message: WebhookMessage) { add(message, numbers: nil) }

    mutating func add(_ message: WebhookMessage, numbers: ClosedRange<UInt64>?) {
        queue.append(Item(message: message, numbers: numbers))
        if queue.count > settings.queueLimit {
            // The one under way stays: it may have arrived.
            let place = isUnderWay ? 1 : 0
            lose(queue[place].message.id, attempts: 0, .queueFull)
            queue.remove(at: place)
        }
    }

    /// The message to send now, which is then under way; `nil`: none. Attempts count from 1.
    public mutating func next(at now: Int64) -> (message: WebhookMessage, attempt: Int)? {
        guard disabled == nil, !isUnderWay, notBefore <= now, let first = queue.first else { return nil }
        isUnderWay = true
        attempts += 1
        return (first.message, attempts)
    }

    /// When ``next(at:)`` has something, in nanoseconds of the same clock; `nil`: nothing waits.
    public var nextDue: Int64? { disabled == nil && !isUnderWay && !queue.isEmpty ? notBefore : nil }

    /// What the call has come to.
    public mutating func finish(_ result: Result, at now: Int64, using generator: inout some RandomNumberGenerator) {
        precondition(isUnderWay, "no message is under way")
        isUnderWay = false
        switch result {
        case .delivered:
            failingSince = nil
            removeFirst(at: now)
        case .refused(let code):
            failingSince = nil
            lose(queue[0].message.id, attempts: attempts, .refused(code: code))
            removeFirst(at: now)
        case .gone: disable(.gone)
        case .misconfigured(let code): disable(.misconfigured(code: code))
        case .failed(let retryAfter):
            let since = failingSince ?? now
            failingSince = since
            if now - since >= settings.disableAfterNanoseconds { return disable(.failing) }
            guard attempts <= settings.retryNanoseconds.count else {
                lose(queue[0].message.id, attempts: attempts, .attemptsExhausted)
                return removeFirst(at: now)
            }
            let wait = settings.retryNanoseconds[attempts - 1]
            let jittered = wait - Int64.random(in: 0...wait / 5, using: &generator)
            // A receiver may ask for patience, within the longest wait of ours.
            let longest = settings.retryNanoseconds.max() ?? wait
            notBefore = now + max(jittered, min(retryAfter ?? 0, longest))
        }
    }

    /// Serves a disabled endpoint again, from the first message that waits.
    public mutating func enable() {
        disabled = nil
        failingSince = nil
        notBefore = .min
    }

    private mutating func removeFirst(at now: Int64) {
        queue.removeFirst()
        attempts = 0
        notBefore = now
    }

    private mutating func disable(_ reason: Disabled) {
        disabled = reason
        attempts = 0
    }

    mutating func lose(_ message: String, attempts: Int, _ reason: Loss.Reason) {
        lostCount += 1
        lastLoss = Loss(message: message, attempts: attempts, reason: reason)
    }
}
