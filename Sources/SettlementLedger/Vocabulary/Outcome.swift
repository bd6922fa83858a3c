/// What compute must obey: the state of an account and the epoch that fences commands about it.
public struct Standing: Sendable, Hashable, BitwiseCopyable {
    /// Whether an account may run what it has.
    public enum State: UInt8, Sendable, Hashable, BitwiseCopyable {
        /// What is due is paid, covered by credit, or deferred.
        case good = 0
        /// Due bills cannot be met: compute stops.
        case arrears = 1
    }
    /// Good standing or arrears.
    public var state: State
    /// Grows by 1 at every change between good standing and arrears; 0 at opening.
    public var epoch: UInt32
    /// A state and its epoch.
    public init(state: State, epoch: UInt32) {
        self.state = state
        self.epoch = epoch
    }
}

/// Why a command changed nothing. Checked in the order of declaration: the first that applies is the answer.
public enum Refusal: UInt8, Sendable, Hashable, CaseIterable, BitwiseCopyable {
    /// The key was used before with another body.
    case keyReused = 1
    /// No such account.
    case unknownAccount
    /// The account is open already.
    case accountExists
    /// The amount is zero, negative or its fraction is not below one minor unit.
    case invalidAmount
    /// A credit limit below zero.
    case invalidCreditLimit
    /// A note with an expiry or a product, or a fund that has expired already.
    case invalidFund
    /// A month that is not over cannot be closed; a bill of a month to come cannot be issued.
    case monthNotOver
    /// The account has an open bill of this id.
    case billExists
    /// No open bill of this id in this account.
    case billNotOpen
    /// The amount is more than what is outstanding.
    case exceedsOutstanding
    /// The account's free funds do not cover the amount.
    case insufficientFunds
    /// Only an account with a credit limit may switch automatic write-off off.
    case creditCustomersOnly
    /// The account has as many open bills as the policy allows.
    case tooManyOpenBills
    /// The account holds a fund of this id.
    case fundExists
    /// The account holds as many funds as it may, ``Fund/countMax``.
    case tooManyFunds
    /// A sum would leave the range of 64 bits.
    case overflow
}

/// What a command did.
public struct Outcome: Sendable, Hashable, BitwiseCopyable {
    /// Why nothing changed; `nil`: the command was applied.
    public var refusal: Refusal?
    /// Bills that this command wrote off completely.
    public var billsWrittenOff: UInt32
    /// Funds that this command applied to bills.
    public var amountWrittenOff: Amount
    /// Available credit after the command; below zero in arrears.
    public var availableCredit: Amount
    /// Standing after the command.
    public var standing: Standing
    /// Whether this command changed the standing.
    public var standingChanged: Bool

    /// An outcome; what is not named is nothing.
    public init(
        refusal: Refusal? = nil,
        billsWrittenOff: UInt32 = 0,
        amountWrittenOff: Amount = .zero,
        availableCredit: Amount = .zero,
        standing: Standing = Standing(state: .good, epoch: 0),
        standingChanged: Bool = false
    ) {
        self.refusal = refusal
        self.billsWrittenOff = billsWrittenOff
        self.amountWrittenOff = amountWrittenOff
        self.availableCredit = availableCredit
        self.standing = standing
        self.standingChanged = standingChanged
    }
}
