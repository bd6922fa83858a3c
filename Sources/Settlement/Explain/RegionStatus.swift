public import SettlementLedger

/// One instance as its region's controller sees it.
public struct InstanceStatus: Sendable, Hashable {
    /// What the controller is doing about the instance.
    public enum Activity: Sendable, Hashable {
        /// Nothing.
        case none
        /// News about its account has arrived and is being looked at.
        case planning
        /// A command waits for its turn and for the cloud's rate; no call goes out before then.
        case queued(notBefore: Timestamp)
        /// The cloud is being called, or has taken the command and its effect is awaited.
        case underWay(since: Timestamp)
        /// Attempts have failed; the next is made then.
        case retrying(at: Timestamp, attempts: Int, last: ItemResult)
        /// The controller has given up.
        case givenUp(DeadLetter)
    }

    /// As last observed.
    public var instance: Instance
    /// What is being done.
    public var activity: Activity

    /// An instance with what is being done about it.
    public init(_ instance: Instance, _ activity: Activity = .none) {
        self.instance = instance
        self.activity = activity
    }
}

/// What a region's controller knows of one account.
public struct RegionStatus: Sendable, Hashable {
    /// Which region.
    public var region: RegionID
    /// Whether the cloud has answered the latest call.
    public var isReachable: Bool
    /// The account's instances, in the order in which they were first seen; `nil`: they have not been asked for yet.
    public var instances: [InstanceStatus]?
    /// When the next sweep is due at the latest: what no news has told is found then.
    public var nextSweep: Timestamp
    /// From a payment until critical instances are to run (``RegionSettings/criticalTargetNanoseconds``).
    public var criticalTargetNanoseconds: Int64

    /// What a controller knows.
    public init(
        region: RegionID,
        isReachable: Bool = true,
        instances: [InstanceStatus]?,
        nextSweep: Timestamp,
        criticalTargetNanoseconds: Int64 = RegionSettings().criticalTargetNanoseconds
    ) {
        self.region = region
        self.isReachable = isReachable
        self.instances = instances
        self.nextSweep = nextSweep
        self.criticalTargetNanoseconds = criticalTargetNanoseconds
    }
}

extension RegionController {
    /// What this controller knows of an account. O(instances of the account).
    public func status(of account: AccountID) -> RegionStatus {
        let now = clock.monotonicNanoseconds
        let wall = clock.wallTime
        func businessTime(_ instant: Int64) -> Timestamp { Timestamp(nanoseconds: wall.rawValue + (instant - now)) }
        let instances = state.cache.instances(of: account).map { ids in
            ids.compactMap { id in
                state.cache[id].map { InstanceStatus($0, activity(of: $0, at: now, businessTime: businessTime)) }
            }
        }
        return RegionStatus(
            region: driver.region,
            isReachable: isAnswering,
            instances: instances,
            nextSweep: businessTime(now + settings.sweepPeriodNanoseconds),
            criticalTargetNanoseconds: settings.criticalTargetNanoseconds
        )
    }

    private func activity(
        of instance: Instance,
        at now: Int64,
        businessTime: (Int64) -> Timestamp
    ) -> InstanceStatus.Activity {
        let id = instance.id
        if let letter = state.deadLetters[id] { return .givenUp(letter) }
        if let outstanding = state.outstanding[id] { return .underWay(since: businessTime(outstanding.issuedAt)) }
        if state.inFlight.contains(id) { return .underWay(since: businessTime(now)) }
        for desk in [state.starts, state.stops] where desk.queue.contains(id) {
            return .queued(notBefore: businessTime(desk.budget.ready(at: now)))
        }
        if let retry = state.retries[id], retry.notBefore > now {
            return .retrying(at: businessTime(retry.notBefore), attempts: retry.attempts, last: retry.last)
        }
        return state.causes[instance.account] == nil ? .none : .planning
    }
}
