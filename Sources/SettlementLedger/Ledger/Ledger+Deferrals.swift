extension Ledger {
    /// Accounts in debt whose deferral ended before `time` and that are still in good standing, in the order of their
    /// slots: each is to be reassessed. O(accounts with deferral).
    public func accountsWithDeferralEnded(before time: Timestamp) -> [AccountID] {
        let ended = deferredSlots.filter { slot in
            guard let until = attributes[slot]?.deferral?.until, until < time else { return false }
            return accounts[slot].state == .good && availableCredit(of: slot) < Int64(0)
        }
        return ended.sorted().map { AccountID(accounts[$0].id) }
    }

    /// The accounts among some slots that owe what is due, or more than they have. O(slots).
    ///
    /// - Parameter slots: clamped to the accounts that exist.
    public func accountsOwing(slots: Range<UInt32>) -> [AccountID] {
        var owing: [AccountID] = []
        for slot in slots.clamped(to: 0..<accountCount) {
            if accounts[slot].due > 0 || accounts[slot].state == .arrears || availableCredit(of: slot) < Int64(0) {
                owing.append(AccountID(accounts[slot].id))
            }
        }
        return owing
    }

    /// The accounts with a deferral, in the order of their slots. O(accounts with deferral).
    public func accountsWithDeferral() -> [AccountID] {
        deferredSlots.sorted().map { AccountID(accounts[$0].id) }
    }
}
