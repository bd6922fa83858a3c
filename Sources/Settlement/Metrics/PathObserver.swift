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

extension PathStage {
    /// Position in the order of declaration, 0 and up: for tables by stage. O(1).
    public var index: Int {
        switch self {
        case .scheduleLag: 0
        case .queueWait: 1
        case .service: 2
        case .commitWait: 3
        case .settle: 4
        case .notify: 5
        case .dispatch: 6
        case .start: 7
        case .rechargeToStart: 8
        case .rechargeToRunning: 9
        }
    }
}

/// Takes what each stage of the path has cost. Called on hot paths: it must neither block nor wait.
public protocol PathObserver: Sendable {
    /// - Parameters:
    ///   - nanoseconds: The time spent in `stage`, never negative.
    ///   - count: How many operations spent that time together, at least 1.
    func observe(_ stage: PathStage, nanoseconds: Int64, count: Int, lane: Lane)

    /// Takes the times of operations that came through a stage together, each with its own. By default one by one; an
    /// observer with a lock takes it once.
    ///
    /// - Parameter nanoseconds: The time each spent in `stage`, never negative.
    func observe(_ stage: PathStage, nanoseconds: [Int64], lane: Lane)
}

extension PathObserver {
    /// Hands each time over by itself.
    public func observe(_ stage: PathStage, nanoseconds: [Int64], lane: Lane) {
        for value in nanoseconds { observe(stage, nanoseconds: value, count: 1, lane: lane) }
    }
}

/// Takes nothing.
public struct NoPathObserver: PathObserver {
    /// An observer that forgets at once.
    public init() {}

    /// Forgets.
    public func observe(_ stage: PathStage, nanoseconds: Int64, count: Int, lane: Lane) {}

    /// Forgets.
    public func observe(_ stage: PathStage, nanoseconds: [Int64], lane: Lane) {}
}
