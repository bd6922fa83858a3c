/// How the stages of a run ended.
struct RunEnd: Sendable {
    /// How long they ran, in nanoseconds; more than they are long when a month end outlasted them.
    var elapsed: Int64 = 0
    /// Why they ended early; `nil`: they did not, or a threshold ended them.
    var interruption: String?
    /// The threshold that ended them, as it stood then; `nil`: none did.
    var aborted: ThresholdResult?
    /// Starts that were still under way when the wait for them ended.
    var unfinishedStarts: Int64 = 0
    /// Starts that their region had given up by then.
    var startsGivenUp: Int64 = 0
}
