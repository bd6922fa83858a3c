/// The open bills of a ledger: records reused through a free list, linked into queues in write-off order. Those of accounts
/// with many are found by an index, see ``Ledger/openBill(_:of:)``.
///
/// A queue is named by its first bill alone: the first bill's `previous` is the last bill, the last bill's `next` is none.
/// Taking the first bill is O(1) and touches one more record; adding the latest bill is O(1).
struct BillPool: ~Copyable, Sendable {
    /// No bill.
    static let none = UInt32.max

    private var records = BlockStore<BillRecord>()
    private var index = SlotIndex()
    /// Places of bills that are gone, the latest on top. Apart from the records, so that taking one waits for none.
    private var free = BlockStore<UInt32>()
    /// Number of open bills.
    private(set) var count = 0

    subscript(place: UInt32) -> BillRecord {
        @inline(__always) _read { yield records[place] }
        @inline(__always) _modify { yield &records[place] }
    }

    /// The place of an account's bill that is in the index. O(1) expected.
    func indexedPlace(of id: UInt64, account: UInt32) -> UInt32? {
        index.slot(hash: slotHash(id)) { records[$0].id == id && records[$0].account == account }
    }

    /// Adds a bill to the index. Amortised O(1).
    mutating func addToIndex(_ place: UInt32) { index.insert(place, hash: slotHash(records[place].id)) }

    /// Brings the index where a search for this id begins into the cache.
    @inline(__always)
    func prefetch(id: UInt64) { index.prefetch(slotHash(id)) }

    /// Brings a bill into the cache.
    @inline(__always)
    func prefetch(_ place: UInt32) {
        if place != Self.none { records.prefetch(place) }
    }

    /// Brings the record into the cache that the bill will get which is inserted after `count` others.
    @inline(__always)
    func prefetchFree(after count: Int) {
        if count < free.count { records.prefetch(free[UInt32(free.count - 1 - count)]) }
    }

    /// Stores a bill that is in no queue yet. Amortised O(1).
    mutating func insert(_ record: BillRecord) -> UInt32 {
        let place: UInt32
        if let released = free.popLast() {
            place = released
            records[place] = record
        } else {
            place = UInt32(records.count)
            records.append(record)
        }
        count += 1
        return place
    }

    /// Forgets a bill that is in no queue any more. O(1).
    @inline(__always)
    mutating func release(_ place: UInt32, isIndexed: Bool) {
        if isIndexed { index.remove(place, hash: slotHash(records[place].id)) }
        free.append(place)
        count -= 1
    }

    /// The last bill of the queue that starts with `head`.
    @inline(__always)
    func last(of head: UInt32) -> UInt32 { head == Self.none ? Self.none : records[head].previous }

    /// Links a bill at its place in write-off order, looking backwards from `start`. O(bills that follow it).
    mutating func link(_ place: UInt32, into head: inout UInt32, lookingBackFrom start: UInt32) {
        guard head != Self.none else {
            records[place].next = Self.none
            records[place].previous = place
            head = place
            return
        }
        var before = start
        while !records[before].precedes(records[place]) {
            if before == head { return linkFirst(place, into: &head) }
            before = records[before].previous
        }
        let after = records[before].next
        records[place].previous = before
        records[place].next = after
        records[before].next = place
        records[after == Self.none ? head : after].previous = place
    }

    private mutating func linkFirst(_ place: UInt32, into head: inout UInt32) {
        records[place].previous = records[head].previous
        records[place].next = head
        records[head].previous = place
        head = place
    }

    /// Takes a bill out of its queue. O(1).
    @inline(__always)
    mutating func unlink(_ place: UInt32, from head: inout UInt32) {
        let next = records[place].next
        let previous = records[place].previous
        if place == head {
            if next != Self.none { records[next].previous = previous }
            head = next
        } else {
            records[previous].next = next
            records[next == Self.none ? head : next].previous = previous
        }
    }

    /// Lets a queue begin at `rest`, one of its bills or none; those before it are released already. O(1).
    @inline(__always)
    mutating func dropFirst(upTo rest: UInt32, from head: inout UInt32) {
        if rest != Self.none { records[rest].previous = records[head].previous }
        head = rest
    }

    /// Cuts the bills up to `last` off the front of a queue.
    mutating func cut(through last: UInt32, from head: inout UInt32) {
        let rest = records[last].next
        if rest != Self.none { records[rest].previous = records[head].previous }
        records[last].next = Self.none
        head = rest
    }
}
