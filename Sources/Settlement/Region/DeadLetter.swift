public import SettlementLedger

/// An instance the controller has given up on: somebody has to look.
///
/// It is left alone until ``RegionController/retryDeadLetters(_:)`` or a newer epoch of its account; one that is not
/// terminal is tried again by the next sweep.
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

        /// Whether trying again without a change outside is pointless.
        public var isTerminal: Bool {
            switch self {
            case .locked, .notFound, .wrongPayType: true
            case .attemptsExhausted, .noProgress: false
            }
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
