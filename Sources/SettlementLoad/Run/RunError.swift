public import Settlement

/// Why a run could not be made or did not come to its end.
public enum RunError: Error, Sendable, CustomStringConvertible {
    /// The journal's directory cannot be used: path and reason.
    case directory(String, String)
    /// The journal could not be opened.
    case open(PoolOpenError)
    /// The population could not be loaded: the ledger refused this command.
    case population(Command, Refusal?)
    /// The pool could not go on.
    case pool(SettlementError)
    /// Two account names of an import have one hash; the import derives accounts from hashes.
    case ambiguousName(String)
    /// The month end did not come to its end.
    case monthEnd(MonthEndError)
    /// In virtual time: everything waits, and nothing will ever happen.
    case stuck(String)
    /// The run was ended from outside.
    case interrupted

    /// Whether the run was ended from outside.
    var isInterruption: Bool { if case .interrupted = self { true } else { false } }

    /// One line: what happened, where, what to do.
    public var description: String {
        switch self {
        case .directory(let path, let reason): "journal directory \(path): \(reason)"
        case .open(let error): "\(error)"
        case .population(let command, let refusal):
            "the population could not be loaded: account \(command.account.rawValue) was refused "
                + "\(refusal.map { "\($0)" } ?? "nothing") for \(command.operation)"
        case .pool(let error): "\(error)"
        case .ambiguousName(let name): "account name \(name): another name of the import has the same hash; rename one"
        case .monthEnd(let error): "\(error)"
        case .stuck(let reason): "the run cannot go on: \(reason)"
        case .interrupted: "the run was interrupted"
        }
    }
}
