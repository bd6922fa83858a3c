/// How a controller works. Times are nanoseconds.
public struct RegionSettings: Sendable, Hashable {
    /// Between the beginnings of two sweeps over all instances.
    public var sweepPeriodNanoseconds: Int64 = 600_000_000_000
    /// Between two looks at an instance that is on its way.
    public var pollNanoseconds: Int64 = 2_000_000_000
    /// How long a cloud may show the old state of an instance after it has accepted a command.
    public var settlingNanoseconds: Int64 = 15_000_000_000
    /// How long an instance may be on its way before it is a dead letter.
    public var progressNanoseconds: Int64 = 600_000_000_000
    /// Between attempts at one instance.
    public var itemBackoff = Backoff()
    /// Between calls while a region is in trouble, and between reads of standings that are not available.
    public var regionBackoff = Backoff(capNanoseconds: 30_000_000_000)
    /// Failed attempts at one instance until it is a dead letter; throttling and the region's trouble do not count.
    public var attempts = 10
    /// From the news of a payment until the critical instances of its account are to run: what the backlog is held against.
    public var criticalTargetNanoseconds: Int64 = 1_800_000_000_000
    /// Calls of one API at a time.
    public var concurrentCalls = 4
    /// Accounts whose standings are read together.
    public var standingBatch = 512
    /// Notifications taken together.
    public var notificationBatch = 4_096
    /// Notifications kept while the controller is busy.
    public var bufferLimit = 65_536

    /// The defaults above.
    public init() {}
}
