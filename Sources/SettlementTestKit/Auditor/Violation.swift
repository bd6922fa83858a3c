/// A promise of the settlement path that a run can break.
public enum Invariant: String, Sendable, Hashable, CaseIterable {
    /// What was acknowledged is in every later recovery, with the same bytes.
    case acknowledgedIsDurable
    /// Entries of a shard are numbered without gaps.
    case denseSequence
    /// A key has one effect and one outcome, and nothing happens that nobody asked for.
    case oneEffectPerKey
    /// Every decision follows from the rules: funds, write-off order, rounding, standing.
    case rules
    /// Every outcome tells what the journal holds.
    case outcome
    /// Books balance, and the state is the fold of the journal.
    case books
    /// A month end closes every bill of the month, and running it again adds nothing.
    case monthEnd
    /// A standing that was read was true when it was read.
    case standingIsTrue
    /// A subscriber gets every durable change, in order, and nothing else.
    case notifications
    /// No instance is stopped without a durable cause that is still the newest when it was last read.
    case noWrongStop
    /// Only what was stopped for arrears is started.
    case noWrongStart
    /// A payment that arrives while a suspension is on its way never ends in a stopped instance.
    case paidIsRunning
    /// When faults have stopped, every instance obeys its account's standing within a bounded number of sweeps.
    case convergence
    /// What is turned away leaves no trace.
    case refusedLeavesNothing
    /// A journal that is not damaged opens, and only one process has it.
    case opens
    /// Whoever is cancelled ends, and nothing runs for ever.
    case ends
}

extension Invariant {
    /// The promise in words.
    public var promise: String {
        switch self {
        case .acknowledgedIsDurable: "What was acknowledged is in every later recovery, with the same bytes."
        case .denseSequence: "Entries of a shard are numbered without gaps."
        case .oneEffectPerKey: "A key has one effect and one outcome, and nothing happens that nobody asked for."
        case .rules: "Every decision follows from the rules: funds, write-off order, rounding, standing."
        case .outcome: "Every outcome tells what the journal holds."
        case .books: "Books balance, and the state is the fold of the journal."
        case .monthEnd: "A month end closes every bill of the month, and running it again adds nothing."
        case .standingIsTrue: "A standing that was read was true when it was read."
        case .notifications: "A subscriber gets every durable change, in order, and nothing else."
        case .noWrongStop:
            "No instance is stopped without a durable cause that is still the newest when it was last read."
        case .noWrongStart: "Only what was stopped for arrears is started."
        case .paidIsRunning: "A payment that arrives while a suspension is on its way never ends in a stopped instance."
        case .convergence:
            "When faults have stopped, every instance obeys its account's standing within a bounded number of sweeps."
        case .refusedLeavesNothing: "What is turned away leaves no trace."
        case .opens: "A journal that is not damaged opens, and only one process has it."
        case .ends: "Whoever is cancelled ends, and nothing runs for ever."
        }
    }
}

/// A promise that was broken.
public struct Violation: Sendable, Hashable, CustomStringConvertible {
    /// Which promise.
    public var invariant: Invariant
    /// What was found, where, and what was expected.
    public var message: String
    /// Virtual time, in nanoseconds.
    public var time: Int64

    /// The promise, when, and what was found.
    public var description: String { "\(invariant.rawValue) at \(time / 1_000_000) ms: \(message)" }
}
