internal import DequeModule

/// Messages to one endpoint, in order, as a value: what is sent when, how often it is tried, and when the endpoint is given up.
///
/// One message is under way at a time, so messages arrive in order unless one is given up.
public struct EndpointState: Sendable {
    /// What a call has come to.
    public enum Result: Sendable, Hashable {
        /// The receiver has it.
        case delivered
        /// It has not, but may have later.
        case failed(retryAfterNanoseconds: Int64?)
        /// The receiver wants nothing more.
        case gone
    }

    /// Why an endpoint is not served.
    public enum Disabled: Sendable, Hashable {
        /// The receiver said so (HTTP 410).
        case gone
        /// Nothing has worked for too long.
        case failing
    }

    /// A message that was given up.
    public struct Loss: Sendable, Hashable {
        /// Its id.
        public var message: String
        /// How often it was tried.
        public var attempts: Int
    }

    /// How it is served.
    public let settings: WebhookSettings
    /// `nil`: it is served.
    public private(set) var disabled: Disabled?
    /// Messages given up so far.
    public private(set) var lostCount = 0
    /// The latest of them.
    public private(set) var lastLoss: Loss?
    private var queue: Deque<WebhookMessage> = []
    private var attempts = 0
    private var notBefore: Int64 = .min
    /// Since when nothing has worked; `nil`: the latest call did.
    private var failingSince: Int64?
    private var isUnderWay = false

    /// An endpoint without messages.
    public init(settings: WebhookSettings = WebhookSettings()) { self.settings = settings }

    /// Messages that wait, the one under way included.
    public var count: Int { queue.count }

    /// Adds a message behind the others; a disabled endpoint takes none. O(1).
    public mutating func add(_ message: WebhookMessage) {
        guard disabled == nil else { return }
        queue.append(message)
        if queue.count > settings.queueLimit {
            // The one under way stays: it may have arrived.
            let place = isUnderWay ? 1 : 0
            lose(queue[place], attempts: 0)
            queue.remove(at: place)
        }
    }

    /// The message to send now, which is then under way; `nil`: none. Attempts count from 1.
    public mutating func next(at now: Int64) -> (message: WebhookMessage, attempt: Int)? {
        guard disabled == nil, !isUnderWay, notBefore <= now, let first = queue.first else { return nil }
        isUnderWay = true
        attempts += 1
        return (first, attempts)
    }

    /// When ``next(at:)`` has something, in nanoseconds of the same clock; `nil`: nothing waits.
    public var nextDue: Int64? { disabled == nil && !isUnderWay && !queue.isEmpty ? notBefore : nil }

    /// What the call has come to.
    public mutating func finish(_ result: Result, at now: Int64, using generator: inout some RandomNumberGenerator) {
        precondition(isUnderWay, "no message is under way")
        isUnderWay = false
        switch result {
        case .delivered:
            queue.removeFirst()
            attempts = 0
            failingSince = nil
            notBefore = now
        case .gone:
            disable(.gone)
        case .failed(let retryAfter):
            let since = failingSince ?? now
            failingSince = since
            if now - since >= settings.disableAfterNanoseconds { return disable(.failing) }
            guard attempts <= settings.retryNanoseconds.count else {
                lose(queue.removeFirst(), attempts: attempts)
                attempts = 0
                notBefore = now
                return
            }
            let wait = settings.retryNanoseconds[attempts - 1]
            let jittered = wait - Int64.random(in: 0...wait / 5, using: &generator)
            // A receiver may ask for patience, within the longest wait of ours.
            let longest = settings.retryNanoseconds.max() ?? wait
            notBefore = now + max(jittered, min(retryAfter ?? 0, longest))
        }
    }

    /// Serves a disabled endpoint again.
    public mutating func enable() {
        disabled = nil
        failingSince = nil
        notBefore = .min
    }

    private mutating func disable(_ reason: Disabled) {
        disabled = reason
        lostCount += queue.count
        queue = []
        attempts = 0
    }

    private mutating func lose(_ message: WebhookMessage, attempts: Int) {
        lostCount += 1
        lastLoss = Loss(message: message.id, attempts: attempts)
    }
}
