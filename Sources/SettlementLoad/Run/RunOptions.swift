/// How a profile is run, beyond what the profile says.
public struct RunOptions: Sendable {
    /// Directory of the journal; `nil`: the profile's, or a temporary one that is removed afterwards.
    public var journalDirectory: String?
    /// Whether the journal is kept in a temporary directory whatever else is named: runs that are compared must not go on
    /// where the one before them stopped.
    public var keepsJournalTemporary = false
    /// How long the run waits after its last stage for instances that are still on their way, in nanoseconds.
    public var drainNanoseconds: Int64 = 30_000_000_000

    /// Whether latencies are measured; without them, throughput shows what measuring costs.
    public var measuresLatency = true
    /// Whether the run takes place in virtual time: as the profile's calibration says, the same on every machine, with
    /// the journal in memory.
    public var isInVirtualTime = false

    /// Whether the run ends as soon as a threshold cannot be met any more, whatever else happens.
    public var endsWhenLost = false

    /// The defaults.
    public init() {}
}
