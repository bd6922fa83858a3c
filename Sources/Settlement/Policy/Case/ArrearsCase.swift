public import SettlementLedger

/// One account's (or prepaid resource's) way through a policy: facts and time go in, events come out.
///
/// Level-triggered: each stage is reached when its anchor's age, by the facts of now, reaches the stage's and its
/// conditions hold. When the earliest open bill changes, every age is counted anew from the next one; so a stage whose
/// time has not come by the new count is still to come, and is told (again) at its new time, never skipped.
public struct ArrearsCase: Sendable, Hashable {
    /// A restriction in force.
    public struct Restriction: Sendable, Hashable {
        /// What is restricted.
        public var action: ArrearsAction
        /// The stage that imposed it.
        public var stage: String
        /// Since when.
        public var since: Timestamp
    }

    struct Progress: Sendable, Hashable {
        /// From when ages were counted last.
        var anchor: Timestamp?
        /// How often the stage has been reached by that count.
        var count = 0
    }

    /// The rules.
    public let policy: ArrearsPolicy
    /// What is known.
    public internal(set) var facts: ArrearsFacts
    /// Everything that fell due up to here has been told.
    public internal(set) var time: Timestamp
    /// In force, in the order in which they were imposed.
    public internal(set) var restrictions: [Restriction] = []
    /// Actions that cannot be undone and have been done.
    public internal(set) var finalActions: [ArrearsAction] = []
    /// Whether a stop outlasts its reason until its user acts.
    public internal(set) var awaitsUser = false
    var progress: [Progress]

    /// A case that has told nothing yet.
    ///
    /// - Parameters:
    ///   - facts: what is known already; what has fallen due by it is told by the first ``advance(to:)``.
    ///   - time: nothing is told with an earlier time.
    public init(policy: ArrearsPolicy, facts: ArrearsFacts = .clear, at time: Timestamp) {
        self.policy = policy
        self.facts = facts
        self.time = time
        self.progress = policy.stages.map { _ in Progress() }
    }

    /// When everything was suspended; `nil`: it is not.
    public var suspendedSince: Timestamp? { restrictions.first { $0.action == .suspendAll }?.since }

    /// Whether the resources are gone for ever.
    public var isReleased: Bool { finalActions.contains(.release) }

    /// When ``advance(to:)`` has something to tell next if the facts stay as they are; `nil`: never.
    /// O(stages).
    public var nextDue: Timestamp? { nextStage().map { max($0.due, time) } }

    /// The next stage with its time, if the facts stay as they are; `nil`: none is to come. O(stages).
    public var upcoming: (stage: ArrearsPolicy.Stage, time: Timestamp)? {
        nextStage().map { (policy.stages[$0.index], max($0.due, time)) }
    }

    /// Lets time pass: tells everything that falls due up to and including `time`, in order.
    ///
    /// Advancing in one step or in many tells the same. O(stages) an event.
    public mutating func advance(to time: Timestamp) -> [ArrearsEvent] {
        var events: [ArrearsEvent] = []
        advance(to: time, into: &events)
        return events
    }

    /// Learns new facts at an instant.
    ///
    /// What fell due before comes first, by the old facts; what falls due at this very instant is judged by the new ones: a
    /// payment that arrives together with a suspension wins. Facts of the past count from where the case is.
    public mutating func adopt(_ facts: ArrearsFacts, at time: Timestamp) -> [ArrearsEvent] {
        var events: [ArrearsEvent] = []
        if time > self.time {
            advance(to: Timestamp(nanoseconds: time.rawValue - 1), into: &events)
            self.time = time
        }
        let wasClear = !hasTrouble
        self.facts = facts
        for index in policy.stages.indices { reanchor(index) }
        if !hasTrouble {
            if !wasClear { clear(into: &events) }
        } else {
            if policy.relief == .reanchoring { liftOutgrown(into: &events) }
            // Trouble again before the user has acted: the stop has a reason of its own again.
            awaitsUser = false
        }
        advance(to: self.time, into: &events)
        return events
    }

    /// The user has done what brings a stop to an end that outlasted its reason.
    ///
    /// - Returns: what is lifted; nothing if no stop awaits the user.
    public mutating func userResumed(at time: Timestamp) -> [ArrearsEvent] {
        guard awaitsUser else { return [] }
        var events: [ArrearsEvent] = []
        self.time = max(self.time, time)
        awaitsUser = false
        lift(into: &events) { _ in true }
        return events
    }
}
