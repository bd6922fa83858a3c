/// Entries or a snapshot section that this ledger cannot take. Its state is not usable any more: start again from disk.
public struct ReplayError: Error, Sendable, Hashable {
    /// What was wrong.
    public enum Reason: Error, Sendable, Hashable {
        /// Written by a newer version: replaying without it would lose a fact.
        case unknownKind(UInt8)
        /// Entries are missing or come twice.
        case sequenceGap(expected: UInt64)
        /// A fact about an account that was never opened.
        case unknownAccount(AccountID)
        /// An account is opened a second time.
        case accountExists(AccountID)
        /// A bill is issued while it is open.
        case billExists(BillID)
        /// A fact about a bill that is not open in that account.
        case billNotOpen(BillID)
        /// A value that no entry of this kind can have.
        case impossible(String)
        /// A snapshot section that is cut short, out of order or of another format.
        case malformedSection(String)
    }

    /// The sequence of the entry, or that at which the section was captured.
    public var sequence: UInt64
    /// What was wrong.
    public var reason: Reason

    /// An error at a sequence.
    public init(sequence: UInt64, reason: Reason) {
        self.sequence = sequence
        self.reason = reason
    }
}

extension ReplayError: CustomStringConvertible {
    /// What was wrong, where, what was expected and what to do.
    public var description: String { "entry \(sequence): \(what)" }

    private var what: String {
        switch reason {
        case .unknownKind(let kind):
            "kind \(kind) is not known to this version; open the journal with the version that wrote it, or a newer one"
        case .sequenceGap(let expected):
            "expected entry \(expected); the journal is incomplete or is being replayed twice"
        case .unknownAccount(let account):
            "account \(account.rawValue) was never opened; is this the journal of another shard?"
        case .accountExists(let account):
            "account \(account.rawValue) is open already; is the journal being replayed twice?"
        case .billExists(let bill):
            "bill \(bill.rawValue) is open already; is the journal being replayed twice?"
        case .billNotOpen(let bill):
            "bill \(bill.rawValue) is not open in its account; the journal does not belong to this state"
        case .impossible(let detail):
            "\(detail); the journal is damaged or was written by something else"
        case .malformedSection(let detail):
            "a snapshot section cannot be read: \(detail); use the older snapshot"
        }
    }
}
