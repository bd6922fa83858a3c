internal import Synchronization

/// What a few commands are about to touch.
///
/// Accounts come in random order, so each command meets several cache misses that depend on each other: index, account,
/// first bill, index of bills. Asked for one after the other they cost a memory latency each; asked for by many commands
/// at once they overlap. A group is walked once for each level before it is applied.
struct Staging: ~Copyable, Sendable {
    /// Commands in a group: enough to fill the processor's load queue, few enough to stay in its first cache.
    static let width = 32

    private var slots = Slab<UInt32>(repeating: .max, count: width)
    /// The bill at which the walk of each queue has arrived.
    fileprivate var places = Slab<UInt32>(repeating: BillPool.none, count: width)
    /// Everything that was looked at; written so that the compiler cannot drop the loads. Being atomic, it also has an
    /// address, and so has the ledger: whoever asks it something is given that instead of a copy of its header.
    private let seen = Atomic<UInt64>(0)

    @inline(__always)
    func slot(_ place: Int) -> UInt32? { slots[place] == .max ? nil : slots[place] }
    @inline(__always)
    mutating func set(_ slot: UInt32?, at place: Int) { slots[place] = slot ?? .max }
    @inline(__always)
    func see(_ word: UInt64) { seen.store(word, ordering: .relaxed) }
}

extension Ledger {
    /// Finds the slots of a group of commands and brings what they will touch into the cache. Changes no state.
    mutating func stage(_ commands: Span<Command>, _ group: Range<Int>) {
        var seen: UInt64 = 0
        for index in group {
            seen ^= accountIndex.home(of: slotHash(commands[index].account.rawValue))
            if commands[index].key != .none { seen ^= keys.home(of: commands[index].key) }
            let operation = commands[index].operation
            if case .issueBill(let bill) = operation { seen ^= bills.home(of: bill.id.rawValue) }
        }
        for index in group {
            staging.set(slot(of: commands[index].account.rawValue), at: index - group.lowerBound)
        }
        for place in 0..<group.count {
            staging.places[place] = staging.slot(place).map { accounts[$0].dueHead } ?? BillPool.none
            seen ^= lookAtBill(staging.places[place])
        }
        for place in 0..<group.count { seen ^= lookBehindBill(staging.places[place]) }
        staging.see(seen)
    }

    /// Brings what a group of entries will be folded into into the cache. Changes no state.
    mutating func stage(_ entries: Span<Entry>, _ group: Range<Int>) {
        var seen: UInt64 = 0
        for index in group {
            seen ^= accountIndex.home(of: slotHash(entries[index].account))
            if entries[index].bill != 0 { seen ^= bills.home(of: entries[index].bill) }
            if entries[index].key != .none { seen ^= keys.home(of: entries[index].key) }
        }
        for index in group {
            if let slot = slot(of: entries[index].account) { seen ^= accounts[slot].id }
            if entries[index].bill != 0, let place = bills.place(of: entries[index].bill) {
                seen ^= lookBehindBill(place)
            }
        }
        staging.see(seen)
    }

    /// Brings the frozen bills of accounts that follow each other into the cache: a link of every queue at a time.
    ///
    /// - Precondition: not more slots than a group has.
    mutating func stageFrozenBills(of slots: Range<UInt32>) {
        let depth = 4
        var seen: UInt64 = 0
        for slot in slots { staging.places[Int(slot - slots.lowerBound)] = accounts[slot].frozenHead }
        for _ in 0..<depth {
            for place in 0..<slots.count where staging.places[place] != BillPool.none {
                seen ^= bills.home(of: bills[staging.places[place]].id)
                staging.places[place] = bills[staging.places[place]].next
            }
        }
        staging.see(seen)
    }

    @inline(__always)
    private func lookAtBill(_ place: UInt32) -> UInt64 { place == BillPool.none ? 0 : bills[place].id }

    /// Where the bill is filed, and the bill behind it.
    @inline(__always)
    private func lookBehindBill(_ place: UInt32) -> UInt64 {
        if place == BillPool.none { return 0 }
        return bills.home(of: bills[place].id) ^ lookAtBill(bills[place].next)
    }
}
