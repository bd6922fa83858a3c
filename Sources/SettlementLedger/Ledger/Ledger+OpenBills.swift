/// How open bills are found by their ids.
///
/// Most accounts have a few, and a walk of their queues finds any: an index of all bills would cost each payment a cache
/// miss to take the bill out again. Accounts with many have theirs in an index.
extension Ledger {
    /// An account with more open bills has them in the index, until the last of them is closed.
    static var walkedBillsMax: Int { 8 }

    /// The account's open bill with this id. O(1) expected.
    @inline(__always)
    func openBill(_ id: BillID, of slot: UInt32) -> UInt32? {
        if accounts[slot].hasIndexedBills { return bills.indexedPlace(of: id.rawValue, account: slot) }
        return walk(from: accounts[slot].dueHead, to: id) ?? walk(from: accounts[slot].frozenHead, to: id)
    }

    @inline(__always)
    private func walk(from head: UInt32, to id: BillID) -> UInt32? {
        var place = head
        while place != BillPool.none, bills[place].id != id.rawValue { place = bills[place].next }
        return place == BillPool.none ? nil : place
    }

    /// Stores an open bill and links it into its queue. Amortised O(1), plus O(bills that follow it in write-off order).
    mutating func addOpenBill(_ record: BillRecord) {
        let slot = record.account
        let place = bills.insert(record)
        if record.isFrozen {
            accounts[slot].frozen += record.outstanding
            let last = bills.last(of: accounts[slot].frozenHead)
            bills.link(place, into: &accounts[slot].frozenHead, lookingBackFrom: last)
        } else {
            accounts[slot].due += record.outstanding
            let last = bills.last(of: accounts[slot].dueHead)
            bills.link(place, into: &accounts[slot].dueHead, lookingBackFrom: last)
        }
        accounts[slot].openCount += 1
        if accounts[slot].hasIndexedBills {
            bills.addToIndex(place)
        } else if accounts[slot].openCount > Self.walkedBillsMax {
            indexBills(of: slot)
        }
    }

    private mutating func indexBills(of slot: UInt32) {
        accounts[slot].hasIndexedBills = true
        for head in [accounts[slot].dueHead, accounts[slot].frozenHead] {
            var place = head
            while place != BillPool.none {
                bills.addToIndex(place)
                place = bills[place].next
            }
        }
    }
}
