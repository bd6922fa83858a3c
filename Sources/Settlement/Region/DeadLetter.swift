public import SettlementLedger

/// An instance the controller has given up on: somebody has to look.
///
/// It is left alone until ``RegionController/retryDeadLetters(_:)``, a newer epoch of its account, or until it is seen
/// where it should be. The next sweep tries again what has only failed too often.
public struct DeadLetter: Sendable, Hashable {
    /// Why it was given up.
    public enum Reason: Sendable, Hashable {
        /// Another authority holds it.
        case locked(LockReasons)
        /// The cloud does not know it.
        case notFound
        /// It was paid in advance.
        case wrongPayType
        /// It failed so often as the settings allow; this was the last answer.
        case attemptsExhausted(last: ItemResult)
        /// The cloud took the command, and the instance did not get there in time.
        case noProgress(InstanceState)

        /// Whether trying again may help although nobody has changed anything.
        public var mayPass: Bool {
            if case .attemptsExhausted = self { true } else { false }
        }
    }

    /// The instance that was given up.
    public var instance: InstanceID
    /// Who pays for it.
    public var account: AccountID
    /// The account's epoch then.
    public var epoch: UInt32
    /// Why it was given up.
    public var reason: Reason
    /// Failed attempts before.
    public var attempts: Int
    /// Business time at which it was given up.
    public var time: Timestamp
}

extension DeadLetter {
    /// Whether there is nothing to be given up any more.
    func isOver(_ instance: Instance, standing: Standing?, plan: RegionPlan) -> Bool {
        if let standing, standing.epoch > epoch { return true }
        guard instance.state == .running || instance.state == .stopped else { return false }
        if case .noProgress = reason { return true }
        return plan == .nothing(.asDesired)
    }
}
