/// A stretch of a run with its load.
public struct StageProfile: Sendable, Hashable {
    /// What becomes of the month during the stage.
    public enum MonthEnd: String, Sendable, Hashable, CaseIterable {
        /// It is closed, beginning with the stage.
        case close
    }

    /// Unique in the profile; thresholds name it after `@`.
    public var name: String
    /// How long arrivals go on, in nanoseconds; more than 0.
    public var durationNanoseconds: Int64
    /// Free words that reports carry.
    public var tags: [String]
    /// Left out of results: warm-up or cool-down.
    public var isExcluded: Bool
    /// Recharges.
    public var recharges: RechargeLoad?
    /// Manual write-offs of one chosen bill each.
    public var writeOffs: ArrivalLoad?
    /// New bills of the current month.
    public var bills: ArrivalLoad?
    /// Reads of an account.
    public var queries: ArrivalLoad?
    /// Users who press start on an instance of theirs.
    public var starts: ArrivalLoad?
    /// What becomes of the month.
    public var monthEnd: MonthEnd?
}

extension StageProfile {
    /// The load of one kind.
    public func load(_ kind: ArrivalKind) -> ArrivalLoad? {
        switch kind {
        case .recharge: recharges?.arrivals
        case .writeOff: writeOffs
        case .bill: bills
        case .query: queries
        case .start: starts
        }
    }
}
