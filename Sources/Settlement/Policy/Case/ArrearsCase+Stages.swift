internal import SettlementLedger

extension ArrearsCase {
    /// From when the ages of a stage count.
    private func anchorTime(of stage: ArrearsPolicy.Stage) -> Timestamp? {
        switch stage.anchor {
        case .arrearsStart: facts.arrearsStart ?? (policy.honoursDeferral ? nil : facts.deferralStart)
        case .deferralStart: facts.deferralStart
        case .earliestOverdueBill: facts.earliestOverdueBill
        case .notice: facts.notice
        case .expiry: facts.expiry
        case .suspension: suspendedSince
        }
    }

    /// Whether something the policy counts from is the case, or has begun to count.
    var hasTrouble: Bool {
        // No bill may be left, and yet credit be below the floor for a restart.
        if policy.reason == .arrears && facts.arrearsStart != nil { return true }
        return policy.stages.contains { stage in
            guard stage.anchor != .suspension, let anchor = anchorTime(of: stage) else { return false }
            return stage.anchor != .expiry || anchor <= time
        }
    }

    /// When a stage is reached for the `count`-th time, counted from 0.
    private func due(_ stage: ArrearsPolicy.Stage, anchor: Timestamp, count: Int) -> Timestamp {
        let span = stage.repetition.map { stage.age.adding(count, times: $0.every) } ?? stage.age
        return anchor.adding(span, in: policy.timeZone)
    }

    /// The earliest stage that is still to be told; the first in the list if several fall due together.
    func nextStage() -> (index: Int, due: Timestamp)? {
        var next: (index: Int, due: Timestamp)?
        for (index, stage) in policy.stages.enumerated() {
            guard progress[index].count < stage.mostTimes, !isPointless(stage), let anchor = anchorTime(of: stage),
                stage.conditions.allSatisfy({ $0.holds(anchor: anchor, facts: facts) })
            else { continue }
            let due = due(stage, anchor: anchor, count: progress[index].count)
            // What is late is due now: the order of the list decides, not how late it is.
            if next.map({ max(due, time) < max($0.due, time) }) ?? true { next = (index, due) }
        }
        return next
    }

    /// What is released can only be purged.
    private func isPointless(_ stage: ArrearsPolicy.Stage) -> Bool {
        isReleased && !stage.actions.contains { $0.nature == .final }
    }

    /// Tells what falls due up to `limit`.
    mutating func advance(to limit: Timestamp, into events: inout [ArrearsEvent]) {
        while let next = nextStage(), next.due <= limit {
            let isLate = next.due < time
            time = max(time, next.due)
            reach(next.index, isLate: isLate, into: &events)
        }
        time = max(time, limit)
    }

    private mutating func reach(_ index: Int, isLate: Bool, into events: inout [ArrearsEvent]) {
        let stage = policy.stages[index]
        let anchor = anchorTime(of: stage)
        progress[index].anchor = anchor
        progress[index].count += 1
        // Learnt too late, a repeated stage is told once, not once for each time that has passed.
        if isLate, let anchor { progress[index].count = timesDue(stage, anchor: anchor) }
        for action in stage.actions {
            switch action.nature {
            case .momentary: break
            case .restriction:
                if restrictions.contains(where: { $0.action == action }) { continue }
                restrictions.append(Restriction(action: action, stage: stage.name, since: time))
            case .final:
                if finalActions.contains(action) { continue }
                finalActions.append(action)
            }
            events.append(ArrearsEvent(time: time, stage: stage.name, .act(action)))
        }
    }

    /// Counts a stage anew if what it counts from has changed.
    mutating func reanchor(_ index: Int) {
        let stage = policy.stages[index]
        let anchor = anchorTime(of: stage)
        guard anchor != progress[index].anchor else { return }
        guard let anchor else {
            progress[index] = Progress()
            return
        }
        progress[index].anchor = anchor
        // What was told and is past by the new count too needs no telling again; what lies ahead again does.
        if progress[index].count > 0 { progress[index].count = timesDue(stage, anchor: anchor) }
    }

    /// How often a stage has fallen due by now. O(times).
    private func timesDue(_ stage: ArrearsPolicy.Stage, anchor: Timestamp) -> Int {
        var count = 0
        while count < stage.mostTimes, due(stage, anchor: anchor, count: count) <= time { count += 1 }
        return count
    }
}

extension ArrearsCase {
    /// Everything is settled: restrictions end as far as the policy lets them.
    mutating func clear(into events: inout [ArrearsEvent]) {
        let isStopped = restrictions.contains { $0.action.stopsService }
        let resumes = !isStopped || (policy.resumes.contains(policy.reason) && !isReleased)
        awaitsUser = !resumes && !isReleased
        lift(into: &events) { [awaitsUser] in !awaitsUser || !$0.action.stopsService }
        // The next arrears are another story; what is gone stays gone.
        if !isReleased { finalActions = [] }
        events.append(ArrearsEvent(time: time, resumes ? .cleared : .clearedAwaitingUser))
    }

    /// Restrictions whose stages are not reached by the present count end.
    mutating func liftOutgrown(into events: inout [ArrearsEvent]) {
        let reached = policy.stages.indices.filter { index in
            let stage = policy.stages[index]
            guard let anchor = anchorTime(of: stage) else { return false }
            return due(stage, anchor: anchor, count: 0) <= time && progress[index].count > 0
        }
        let kept = reached.flatMap { policy.stages[$0].actions }
        lift(into: &events) { !kept.contains($0.action) }
    }

    /// Ends restrictions, the latest first.
    mutating func lift(into events: inout [ArrearsEvent], where isOver: (Restriction) -> Bool) {
        for restriction in restrictions.reversed() where isOver(restriction) {
            events.append(ArrearsEvent(time: time, stage: restriction.stage, .lifted(restriction.action)))
        }
        restrictions.removeAll(where: isOver)
        if suspendedSince == nil {
            for index in policy.stages.indices where policy.stages[index].anchor == .suspension {
                progress[index] = Progress()
            }
        }
    }
}

extension ArrearsPolicy.Stage {
    /// How often the stage can be reached by one count.
    fileprivate var mostTimes: Int {
        guard let repetition else { return 1 }
        return repetition.times ?? .max
    }
}
