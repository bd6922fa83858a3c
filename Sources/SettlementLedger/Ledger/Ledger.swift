/// Accounts, bills and books of one shard: a deterministic state machine.
///
/// Commands go in, entries and outcomes come out. The same commands give the same entries, outcomes and digest on every
/// machine: there is no clock, no randomness and no I/O in here. The state *is* the fold of the journal: what a command
/// changes is what folding its entries changes, in life and in replay.
public struct Ledger: ~Copyable, Sendable {
    /// The rules by which commands are decided.
    public private(set) var policy: LedgerPolicy

    var accounts = BlockStore<AccountRecord>()
    var accountIndex = SlotIndex()
    /// By slot; looked up, never iterated.
    var attributes: [UInt32: AccountAttributes] = [:]
    /// Slots with a deferral; sorted before anything follows from their order.
    var deferredSlots: Set<UInt32> = []
    var fundExpiries = Expiries()
    var deferralEnds = Expiries()
    var bills = BillPool()
    var keys: KeyTable
    var names = NameTable()
    var partialName: PartialName?
    /// Month in the upper half, range in the lower; ascending.
    var checkpoints: [UInt64] = []
    var balance = RunningBalance()
    var tally = CommandTally()
    var recovery = Recovery()
    var staging = Staging()

    /// An empty ledger.
    public init(policy: LedgerPolicy = .init()) {
        self.policy = policy
        self.keys = KeyTable(retention: policy.keyRetention)
    }

    /// Lowers ``LedgerPolicy/openBillsMax`` to what a journal takes at once. It decides about bills to come only.
    public mutating func limitOpenBills(to limit: Int) {
        precondition(limit > 0, "an account must be able to have a bill")
        policy.openBillsMax = min(policy.openBillsMax, limit)
    }

    /// Number of accounts. They occupy the dense slots 0 ..< `accountCount` in the order of their opening.
    public var accountCount: UInt32 { UInt32(accounts.count) }

    /// Number of open bills.
    public var openBillCount: Int { bills.count }

    /// The slot of an account. O(1) expected.
    @inline(__always)
    func slot(of account: UInt64) -> UInt32? {
        accountIndex.slot(hash: slotHash(account)) { accounts[$0].id == account }
    }
}

/// What the entries of the command in progress add up to; its outcome and the record of its key are made from this.
struct CommandTally: Sendable {
    var key = IdempotencyKey.none
    /// Of the body entry, and the fraction that follows it.
    var fingerprint: UInt64 = 0
    var fraction: UInt64 = 0
    var billsWrittenOff: UInt32 = 0
    var amountWrittenOff: Int64 = 0
    var standingChanged = false
}
