/// How a simulated region behaves. Shares are probabilities from 0 to 1, drawn anew each time.
public struct RegionBehaviour: Sendable, Hashable {
    /// From issuing a call to its answer; the effect is halfway.
    public var callLatency = LatencyModel.constant(0)
    /// Added to the latency of every call, in nanoseconds.
    public var delay: Int64 = 0
    /// From an accepted start to running.
    public var startDuration = LatencyModel.constant(0)
    /// From an accepted stop to stopped.
    public var stopDuration = LatencyModel.constant(0)
    /// Starts of an instance for which there is no room.
    public var noStock = 0.0
    /// Commands on an instance that fail and change nothing.
    public var itemFailure = 0.0
    /// Calls that fail as a whole and change nothing.
    public var callFailure = 0.0
    /// Calls that never reach the cloud; the caller hears nothing.
    public var lostRequest = 0.0
    /// Calls that work, but whose answer is lost.
    public var lostReply = 0.0
    /// Reads that show what was before the last change of each instance, if that is not older than `staleness`.
    public var staleRead = 0.0
    /// How old a stale read may be, in nanoseconds.
    public var staleness: Int64 = 5_000_000_000
    /// Starts that are accepted and never get to running.
    public var stuckStart = 0.0
    /// Nothing answers but *unavailable*.
    public var isOut = false

    /// A region without faults or delays.
    public init() {}
}

/// What has happened in a simulated region.
public struct RegionCounters: Sendable, Hashable {
    /// Calls of list that arrived.
    public var listCalls = 0
    /// Calls of instances(of:) that arrived.
    public var queryCalls = 0
    /// Calls of start that arrived.
    public var startCalls = 0
    /// Calls of stop that arrived.
    public var stopCalls = 0
    /// Calls refused for their rate.
    public var throttledCalls = 0
    /// Instances refused for their rate.
    public var throttledItems = 0
    /// Instances that really went from stopped to starting.
    public var started = 0
    /// Instances that really went from running to stopping.
    public var stopped = 0
    /// Answers that were lost.
    public var lostReplies = 0
    /// Instances started although their user had stopped them, or their account was in arrears when the call was made.
    public var wrongStarts = 0
    /// Instances stopped although their account was in good standing, or newer, when the call was made.
    public var wrongStops = 0

    /// Nothing yet.
    public init() {}
}
