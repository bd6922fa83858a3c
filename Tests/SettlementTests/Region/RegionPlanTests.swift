import Settlement
import Testing

@Suite struct RegionPlanTests {
    struct Row: Sendable, CustomTestStringConvertible {
        var standing: Standing?
        var state: InstanceState
        var locks: LockReasons = []
        var mark: SuspensionMark?
        var plan: RegionPlan
        var testDescription: String { "\(String(describing: standing)) \(state) \(locks) → \(plan)" }
    }

    static let good = Standing(state: .good, epoch: 4)
    static let arrears = Standing(state: .arrears, epoch: 5)
    static let ran = SuspensionMark(epoch: 3, priorState: .running)
    static let rested = SuspensionMark(epoch: 3, priorState: .stopped)

    /// Every row of the table in ``RegionPlan``, with neighbours that must not differ.
    static let table: [Row] = [
        Row(standing: nil, state: .running, plan: .nothing(.unknownStanding)),
        Row(standing: nil, state: .stopped, locks: .financial, mark: ran, plan: .nothing(.unknownStanding)),
        Row(standing: nil, state: .released, plan: .nothing(.unknownStanding)),
        Row(standing: arrears, state: .released, plan: .nothing(.released)),
        Row(standing: good, state: .released, mark: ran, plan: .nothing(.released)),
        Row(
            standing: good,
            state: .stopped,
            mark: SuspensionMark(epoch: 5, priorState: .running),
            plan: .nothing(.staleStanding)
        ),
        Row(
            standing: good,
            state: .stopped,
            mark: SuspensionMark(epoch: 4, priorState: .running),
            plan: .nothing(.staleStanding)
        ),
        Row(
            standing: arrears,
            state: .running,
            mark: SuspensionMark(epoch: 6, priorState: .running),
            plan: .nothing(.staleStanding)
        ),
        Row(standing: good, state: .stopped, locks: [.security], mark: ran, plan: .nothing(.locked)),
        Row(standing: good, state: .stopped, locks: [.financial, .recycling], mark: ran, plan: .nothing(.locked)),
        Row(standing: arrears, state: .running, locks: .security, plan: .nothing(.locked)),
        Row(standing: arrears, state: .running, plan: .stop(epoch: 5)),
        Row(standing: arrears, state: .running, mark: ran, plan: .stop(epoch: 5)),
        Row(
            standing: arrears,
            state: .running,
            mark: SuspensionMark(epoch: 5, priorState: .running),
            plan: .stop(epoch: 5)
        ),
        Row(standing: arrears, state: .pending, plan: .nothing(.inTransition)),
        Row(standing: arrears, state: .starting, plan: .nothing(.inTransition)),
        Row(standing: arrears, state: .stopping, plan: .nothing(.asDesired)),
        Row(standing: arrears, state: .stopped, locks: .financial, mark: ran, plan: .nothing(.asDesired)),
        Row(standing: arrears, state: .stopped, plan: .nothing(.asDesired)),
        Row(standing: good, state: .running, plan: .nothing(.asDesired)),
        Row(standing: good, state: .running, locks: .financial, mark: ran, plan: .start),
        Row(standing: good, state: .pending, plan: .nothing(.asDesired)),
        Row(standing: good, state: .starting, plan: .nothing(.asDesired)),
        Row(standing: good, state: .stopped, plan: .nothing(.stoppedByUser)),
        Row(standing: good, state: .stopped, locks: .financial, plan: .nothing(.stoppedByUser)),
        Row(standing: good, state: .stopped, locks: .financial, mark: rested, plan: .nothing(.stoppedByUser)),
        Row(standing: good, state: .stopping, plan: .nothing(.stoppedByUser)),
        Row(standing: good, state: .stopping, locks: .financial, mark: ran, plan: .nothing(.inTransition)),
        Row(standing: good, state: .stopped, locks: .financial, mark: ran, plan: .start),
    ]

    @Test(arguments: table) func `follows the table`(row: Row) {
        let instance = Instance(
            id: InstanceID(1),
            account: AccountID(1),
            state: row.state,
            locks: row.locks,
            mark: row.mark
        )
        #expect(RegionPlan(standing: row.standing, instance: instance) == row.plan)
    }

    @Test func `the table reaches every plan and reason`() {
        let plans = Set(Self.table.map(\.plan))
        #expect(plans.contains(.start) && plans.contains(.stop(epoch: 5)))
        for reason in RegionPlan.Reason.allCases { #expect(plans.contains(.nothing(reason)), "\(reason)") }
    }

    @Test func `a stop holds only for the very epoch in arrears`() {
        #expect(RegionPlan.mayStop(epoch: 5, standing: Standing(state: .arrears, epoch: 5)))
        #expect(!RegionPlan.mayStop(epoch: 5, standing: Standing(state: .arrears, epoch: 7)))
        #expect(!RegionPlan.mayStop(epoch: 5, standing: Standing(state: .good, epoch: 6)))
        #expect(!RegionPlan.mayStop(epoch: 5, standing: nil))
    }
}
