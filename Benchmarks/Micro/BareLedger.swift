internal import CAllocationCount
internal import Settlement
internal import SettlementLedger

/// A ledger and nothing else: no journal, no routing, no waiting. What everything else is compared with.
actor BareLedger {
    private let bills: Int
    private var workload: Workload
    private var isPrepared = false
    private var ledger: Ledger
    private var entries: [Entry] = []
    private var outcomes: [Outcome] = []
    /// Bytes that the accounts and the bills took.
    private(set) var bytes = (accounts: 0, bills: 0)

    /// A ledger for the accounts of `workload` with `bills` open bills each.
    ///
    /// - Parameter shards: as many remember together as many keys.
    init(_ workload: Workload, bills: Int, shards: Int = 1) {
        var policy = LedgerPolicy()
        policy.keyRetention *= shards
        self.bills = bills
        self.ledger = Ledger(policy: policy)
        self.workload = workload
        entries.reserveCapacity(4 * workload.batch)
        outcomes.reserveCapacity(workload.batch)
    }

    /// Opens the accounts and issues their bills.
    func populate() {
        let empty = resident_bytes()
        apply(workload.openings())
        let opened = resident_bytes()
        for _ in 0..<bills { apply(workload.bills()) }
        bytes = (Int(opened) - Int(empty), Int(resident_bytes()) - Int(opened))
    }

    /// Recharges that each pay one bill; every account has as many bills as at first.
    func prepare(withKeys: Bool = true) -> [[Command]] {
        if isPrepared { apply(workload.bills()) }
        isPrepared = true
        return workload.recharges(withKeys: withKeys)
    }

    /// - Returns: bills written off.
    @discardableResult
    func apply(_ batches: [[Command]]) -> Int {
        var writtenOff = 0
        for batch in batches {
            entries.removeAll(keepingCapacity: true)
            outcomes.removeAll(keepingCapacity: true)
            ledger.apply(batch, into: &entries, outcomes: &outcomes)
            for outcome in outcomes {
                precondition(outcome.refusal == nil, "the bare ledger refused a command")
                writtenOff += Int(outcome.billsWrittenOff)
            }
        }
        return writtenOff
    }

    /// The same for recharges that must each pay a bill: of these, instructions are counted.
    @inline(never)
    func settle(_ recharges: [[Command]]) -> Int {
        let writtenOff = apply(recharges)
        precondition(writtenOff == recharges.reduce(0) { $0 + $1.count }, "a recharge did not pay its bill")
        return writtenOff
    }

    func audit() -> Audit { ledger.audit() }
}
