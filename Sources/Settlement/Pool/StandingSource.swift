public import SettlementLedger

/// Where a controller reads what compute must obey. It never writes there.
public protocol StandingSource: Sendable {
    /// The durable standing of each account, in the order asked; `nil`: no such account.
    ///
    /// - Throws: ``StandingUnavailable`` when it cannot be known now. Unknown never means *stop*.
    func standings(of accounts: [AccountID]) async throws(StandingUnavailable) -> [Standing?]
}

/// The standing cannot be read now: the shard is closed or its disk has failed.
public struct StandingUnavailable: Error, Sendable {
    /// What happened, for the log.
    public var reason: String
    /// An error with its reason.
    public init(reason: String) { self.reason = reason }
}
