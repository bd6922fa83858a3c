/// What became of one seed.
public struct SimulationReport: Sendable, Hashable {
    /// What happened in the run.
    public struct Counts: Sendable, Hashable {
        /// Events, each of which ran the actors until nothing was ready.
        public var steps = 0
        /// Commands that got an answer.
        public var commands = 0
        /// Commands that had to be asked again.
        public var retries = 0
        /// Entries in the journals.
        public var entries = 0
        /// Processes that died, of power failures too.
        public var crashes = 0
        /// Power failures.
        public var powerFailures = 0
        /// Processes that recovered a journal.
        public var recoveries = 0
        /// Instances started.
        public var starts = 0
        /// Instances stopped.
        public var stops = 0
        /// Payments that brought an account back while a suspension of its servers was on its way.
        public var paymentsDuringSuspension = 0
        /// Month ends that ran to their end.
        public var monthEnds = 0
        /// Runs that ended early because a damaged journal refused to open, as it should.
        public var refusals = 0

        /// Nothing yet.
        public init() {}

        /// The counts of two runs together.
        public static func + (a: Counts, b: Counts) -> Counts {
            var sum = a
            sum.steps += b.steps
            sum.commands += b.commands
            sum.retries += b.retries
            sum.entries += b.entries
            sum.crashes += b.crashes
            sum.powerFailures += b.powerFailures
            sum.recoveries += b.recoveries
            sum.starts += b.starts
            sum.stops += b.stops
            sum.paymentsDuringSuspension += b.paymentsDuringSuspension
            sum.monthEnds += b.monthEnds
            sum.refusals += b.refusals
            return sum
        }
    }

    /// The seed: with the same faults and the same version it gives the same run.
    public var seed: UInt64
    /// What could go wrong.
    public var faults: SimulationFaults
    /// Promises that were broken. It should be empty.
    public var violations: [Violation]
    /// Of everything that happened: equal for equal runs on every machine and in every build.
    public var digest: RunDigest
    /// What happened.
    public var counts: Counts
}
