/// A run as it stands now; the runner makes one each tick.
public struct RunProgress: Sendable, Hashable {
    /// Name of the stage.
    public var stage: String
    /// Its position, from 0.
    public var stageIndex: Int
    /// How many stages there are.
    public var stageCount: Int
    /// Time since the beginning of the run, in nanoseconds.
    public var elapsed: Int64
    /// Length of all stages, in nanoseconds.
    public var total: Int64
    /// Time until the stage ends, in nanoseconds; 0 while it runs over.
    public var stageRemaining: Int64
    /// Arrivals due each second, in the last second.
    public var offered: Double = 0
    /// Arrivals settled each second, in the last second.
    public var achieved: Double = 0
    /// Bills written off each second, in the last second.
    public var writeOffs: Double = 0
    /// How far the month end is; `nil`: none is running.
    public var monthEnd: Part?
    /// Latencies of the interactive lane in the last second.
    public var latency = LatencyTable()
    /// Commands that wait in front of each shard.
    public var queueDepths: [Int] = []
    /// Accounts that each region has still to look at, in the order of the regions.
    public var regionDepths: [Int] = []
    /// Names of the regions, in the order of ``regionDepths``.
    public var regions: [String] = []
    /// Requests refused because a shard was overloaded, since the beginning.
    public var rejected: Int64 = 0
    /// Arrivals that were due, since the beginning.
    public var offeredTotal: Int64 = 0
    /// Arrivals settled, since the beginning.
    public var answeredTotal: Int64 = 0
    /// What was counted, since the beginning.
    public var totals = TotalTable()
    /// Latencies of the interactive lane since the beginning.
    public var buckets = LatencyBucketsTable()
    /// The same of the bulk lane.
    public var bulkBuckets = LatencyBucketsTable()
    /// What else to tell, the latest last.
    public var notices: [String] = []

    /// So much of so much.
    public struct Part: Sendable, Hashable {
        /// What is done.
        public var done: Int64
        /// All there is.
        public var all: Int64
        /// So much of so much.
        public init(done: Int64, all: Int64) {
            self.done = done
            self.all = all
        }
    }

    /// A run in the given stage, with nothing measured yet.
    public init(stage: String, stageIndex: Int, stageCount: Int, elapsed: Int64, total: Int64, stageRemaining: Int64) {
        self.stage = stage
        self.stageIndex = stageIndex
        self.stageCount = stageCount
        self.elapsed = elapsed
        self.total = total
        self.stageRemaining = stageRemaining
    }
}
