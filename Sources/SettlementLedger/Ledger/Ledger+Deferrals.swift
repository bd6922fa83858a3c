/// An account whose right to run on in debt has ended by its date.
public struct EndedDeferral: Sendable, Hashable {
    /// Whose.
    public var account: AccountID
    /// The first instant that the deferral does not cover.
    public var end: Timestamp
}

extension Ledger {
    /// When the next deferral ends, or an earlier instant at which one that was renewed or removed would have; `nil`: none
    /// does. O(1).
    public var nextDeferralEnd: Timestamp? { deferralEnds.next }

    /// Accounts in good standing, at most `limit`, whose debt nothing covers any more since the end of their deferral, in
    /// the order of their slots: each is to be sent ``Operation/reassess`` dated with that end, and is named again until it
    /// is done. O(limit × log deferrals), whatever else there is, and O(log deferrals) for each end that needs nothing.
    public mutating func endedDeferrals(at time: Timestamp, atMost limit: Int) -> [EndedDeferral] {
        // Taken out for the moment: finding out what is held looks at all of the ledger.
        var ends = Expiries()
        swap(&ends, &deferralEnds)
        defer { swap(&ends, &deferralEnds) }
        let slots = ends.due(at: time, atMost: limit) { slot, end in
            attributes[slot]?.deferral?.end == end && accounts[slot].state == .good
                && availableCredit(of: slot) < Int64(0)
        }
        return slots.compactMap { slot in
            attributes[slot]?.deferral?.end.map { EndedDeferral(account: AccountID(accounts[slot].id), end: $0) }
        }
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

    /// Notes that an account has a deferral, in life, in replay and from a snapshot.
    mutating func registerDeferral(_ deferral: Deferral, slot: UInt32) {
        deferredSlots.insert(slot)
        if let end = deferral.end { deferralEnds.add(end, slot: slot) }
    }
}

extension Deferral {
    /// The first instant that it does not cover; `nil`: it has no end by date.
    var end: Timestamp? {
        guard let until, until.rawValue < .max else { return nil }
        return Timestamp(rawValue: until.rawValue + 1)
    }
}
