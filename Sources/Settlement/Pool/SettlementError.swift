internal import SettlementJournal

/// Why the pool did not take a command, or cannot say what became of it.
///
/// A refusal by the ledger's rules is not an error: it is an ``Outcome`` with a ``Refusal``.
public struct SettlementError: Error, Sendable, Hashable {
    /// What kind of error; more may be added.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        private enum Name: String { case overloaded, closed, diskFull, journalFailed }
        private let name: Name
        /// The code's name.
        public var description: String { name.rawValue }
        /// The shard holds as much as it may; nothing was written. Try again after ``SettlementError/retryAfterNanoseconds``.
        public static let overloaded = Code(name: .overloaded)
        /// The pool is shutting down; nothing was written.
        public static let closed = Code(name: .closed)
        /// Too little space is left on the journal's disk; nothing was written. Goes on by itself when space returns.
        public static let diskFull = Code(name: .diskFull)
        /// Writing or syncing failed: the outcome is unknown until the journal is opened again. Ask again with the same key then.
        public static let journalFailed = Code(name: .journalFailed)
    }

    /// What kind of error this is.
    public var code: Code
    /// What happened, where, and what to do.
    public var message: String
    /// When it makes sense to try again; `nil`: not by itself.
    public var retryAfterNanoseconds: Int64?

    init(_ code: Code, _ message: String, retryAfterNanoseconds: Int64? = nil) {
        self.code = code
        self.message = message
        self.retryAfterNanoseconds = retryAfterNanoseconds
    }

    static func overloaded(shard: Int, retryAfterNanoseconds: Int64) -> SettlementError {
        SettlementError(
            .overloaded,
            "shard \(shard) has reached its admission limit; try again after \(retryAfterNanoseconds / 1_000) µs",
            retryAfterNanoseconds: retryAfterNanoseconds
        )
    }

    static let closed = SettlementError(.closed, "the pool is shutting down and takes no more commands")
}

extension SettlementError: CustomStringConvertible {
    /// The code and the message.
    public var description: String { "\(code): \(message)" }
}
