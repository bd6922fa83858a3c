extension Ledger {
    /// Accounts in debt whose deferral ended before `time` and that are still in good standing, in the order of their
    /// slots: each is to be reassessed. O(accounts with deferral or refund books).
    public func accountsWithDeferralEnded(before time: Timestamp) -> [AccountID] {
        let ended = attributes.filter { slot, attributes in
            guard let until = attributes.deferral?.until, until < time else { return false }
            return accounts[slot].state == .good && account(atSlot: slot).availableCredit < .zero
        }
        return ended.keys.sorted().map { AccountID(accounts[$0].id) }
    }
}
