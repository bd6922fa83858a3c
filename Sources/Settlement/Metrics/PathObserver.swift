/// A stage between a customer's payment and the running server. The raw value is its name in every report.
public enum PathStage: String, Sendable, Hashable, CaseIterable, BitwiseCopyable {
    /// Intended arrival → submitted: how late the generator of load was.
    case scheduleLag = "schedule_lag"
    /// Submitted → the shard starts on it.
    case queueWait = "queue_wait"
    /// The ledger's work.
    case service
    /// Applied → durable.
    case commitWait = "commit_wait"
    /// Intended arrival → outcome.
    case settle
    /// Durable → taken by the region's controller.
    case notify
    /// Taken by the controller → command issued to the cloud.
    case dispatch
    /// Start command issued → seen running.
    case start
    /// Intended arrival → start command issued.
    case rechargeToStart = "recharge_to_start"
    /// Intended arrival → seen running.
    case rechargeToRunning = "recharge_to_running"
}

/// Takes what each stage of the path has cost. Called on hot paths: it must neither block nor wait.
public protocol PathObserver: Sendable {
    /// - Parameters:
    ///   - nanoseconds: The time spent in `stage`, never negative.
    ///   - count: How many operations spent that time together, at least 1.
    func observe(_ stage: PathStage, nanoseconds: Int64, count: Int, lane: Lane)
}

/// Takes nothing.
public struct NoPathObserver: PathObserver {
    /// An observer that forgets at once.
    public init() {}

    /// Forgets.
    public func observe(_ stage: PathStage, nanoseconds: Int64, count: Int, lane: Lane) {}
}
