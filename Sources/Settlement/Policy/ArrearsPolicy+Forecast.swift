public import SettlementLedger

extension ArrearsPolicy {
    /// When arrears that begin at an instant and are never settled come to an action; `nil`: never. O(stages).
    ///
    /// Nothing is known of notices, expiries and amounts here: stages that count from them or depend on them do not count.
    public func time(of action: ArrearsAction, arrearsStart: Timestamp) -> Timestamp? {
        let times = stages.filter { $0.actions.contains(action) }.compactMap { stage -> Timestamp? in
            let anchor: Timestamp? =
                switch stage.anchor {
                case .arrearsStart, .earliestOverdueBill: arrearsStart
                case .suspension: action == .suspendAll ? nil : time(of: .suspendAll, arrearsStart: arrearsStart)
                case .deferralStart, .notice, .expiry: nil
                }
            guard let anchor, stage.conditions.allSatisfy({ $0.holds(anchor: anchor, facts: .clear) }) else {
                return nil
            }
            return anchor.adding(stage.age, in: timeZone)
        }
        return times.min()
    }

    /// What a stop under this policy is for.
    var reason: StopReasons { stages.contains { $0.anchor == .expiry } ? .expiry : .arrears }
}

extension ArrearsPolicy.Condition {
    func holds(anchor: Timestamp, facts: ArrearsFacts) -> Bool {
        switch self {
        case .anchoredBefore(let time): anchor < time
        case .anchoredFrom(let time): anchor >= time
        case .owesAtLeast(let amount): facts.owed >= amount
        case .overdueBills(let count): facts.overdueBills >= count
        }
    }
}
