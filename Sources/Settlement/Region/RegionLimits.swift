/// What a cloud allows in one region, as it publishes it.
public struct RegionLimits: Sendable, Hashable {
    /// Instances in one command or accounts in one query, 1 through 100.
    public var batch: Int
    /// Instances on one page of a listing, at least 1.
    public var page: Int
    /// Calls of list and query together.
    public var readRequests: TokenRate
    /// Calls of start.
    public var startRequests: TokenRate
    /// Instances started, whatever the number of calls.
    public var startInstances: TokenRate
    /// Calls of stop.
    public var stopRequests: TokenRate
    /// Instances stopped, whatever the number of calls.
    public var stopInstances: TokenRate

    /// Limits of a region; by default what AWS publishes for EC2 (API request throttling), reads rounded down.
    public init(
        batch: Int = 100,
        page: Int = 1_000,
        readRequests: TokenRate = TokenRate(capacity: 100, refillPerSecond: 20),
        startRequests: TokenRate = TokenRate(capacity: 5, refillPerSecond: 2),
        startInstances: TokenRate = TokenRate(capacity: 1_000, refillPerSecond: 2),
        stopRequests: TokenRate = TokenRate(capacity: 5, refillPerSecond: 2),
        stopInstances: TokenRate = TokenRate(capacity: 1_000, refillPerSecond: 20)
    ) {
        precondition((1...100).contains(batch), "clouds take 1 to 100 instances in a call, not \(batch)")
        precondition(page > 0, "a page holds at least one instance")
        self.batch = batch
        self.page = page
        self.readRequests = readRequests
        self.startRequests = startRequests
        self.startInstances = startInstances
        self.stopRequests = stopRequests
        self.stopInstances = stopInstances
    }
}

/// How a bucket fills.
public struct TokenRate: Sendable, Hashable, BitwiseCopyable {
    /// Tokens in a full bucket, 1 through 10⁹.
    public var capacity: Int64
    /// Tokens that come back each second, 1 through 10⁹.
    public var refillPerSecond: Int64
    /// A rate within its ranges.
    public init(capacity: Int64, refillPerSecond: Int64) {
        let range: ClosedRange<Int64> = 1...1_000_000_000
        precondition(range.contains(capacity), "a bucket holds 1 to 10⁹ tokens, not \(capacity)")
        precondition(range.contains(refillPerSecond), "a bucket gains 1 to 10⁹ tokens a second, not \(refillPerSecond)")
        self.capacity = capacity
        self.refillPerSecond = refillPerSecond
    }
}
