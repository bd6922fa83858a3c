public import SettlementLedger

/// The credit limit of every account at any time: what stays, what is granted for a while, and who is under review.
public struct CreditPlan: Sendable {
    /// An account's limit from an instant on.
    public struct Change: Sendable, Hashable {
        /// When the limit begins to hold.
        public var time: Timestamp
        /// Whose limit it is.
        public var account: AccountID
        /// The limit from then on.
        public var limit: Amount
    }

    private struct Terms {
        var limit = Amount.zero
        var grants: [CreditGrant] = []
        var probations: [Probation] = []

        func limit(at time: Timestamp) -> Amount {
            if probations.contains(where: { $0.counts(at: time) }) { return .zero }
            return grants.reduce(limit) { $1.counts(at: time) ? $0 + $1.amount : $0 }
        }

        var instants: [Timestamp] {
            (grants.flatMap { [$0.begins, $0.ends] } + probations.flatMap { [$0.begins, $0.ends] }).sorted()
        }
    }

    private let terms: [AccountID: Terms]
    /// Sorted by time, then by account; nothing is in it that changes no limit.
    public let changes: [Change]
    /// Of the plan, sorted.
    public let accounts: [AccountID]

    /// - Parameters:
    ///   - limits: that stay, by account; an account that is not in it may owe what it is granted.
    ///   - grants: any number for each account; their amounts add up.
    ///   - probations: while one counts, its account's limit is 0, whatever it is granted.
    /// - Complexity: O(n log n) for n grants and probations, times those of one account.
    public init(limits: [AccountID: Amount] = [:], grants: [CreditGrant] = [], probations: [Probation] = []) {
        var terms = limits.mapValues { Terms(limit: $0) }
        for grant in grants { terms[grant.account, default: Terms()].grants.append(grant) }
        for probation in probations { terms[probation.account, default: Terms()].probations.append(probation) }
        self.terms = terms
        accounts = terms.keys.sorted()
        var changes: [Change] = []
        for account in accounts {
            guard let its = terms[account] else { continue }
            var limit = its.limit
            for time in its.instants where its.limit(at: time) != limit {
                limit = its.limit(at: time)
                changes.append(Change(time: time, account: account, limit: limit))
            }
        }
        self.changes = changes.sorted { ($0.time, $0.account) < ($1.time, $1.account) }
    }

    /// What an account may owe at `time`; `nil`: the plan does not know it. O(its grants).
    public func limit(of account: AccountID, at time: Timestamp) -> Amount? { terms[account]?.limit(at: time) }

    /// The instant of the next change after `time`. O(changes).
    public func nextChange(after time: Timestamp) -> Timestamp? { changes.first { $0.time > time }?.time }
}
