internal import Synchronization

/// What a few commands are about to touch.
///
/// Accounts come in random order, so each command meets several cache misses that depend on each other: index, account,
/// first bill, index of bills. Asked for one after the other they cost a memory latency each; asked for by many commands
/// at once they overlap. A group is walked once for each level before it is applied: each walk reads what the one before
/// has asked for, and asks for the next.
struct Staging: ~Copyable, Sendable {
    /// Commands in a group: enough to keep the memory busy, few enough to stay in the first cache.
    static let width = 32

    /// Of the accounts' identifiers.
    fileprivate var hashes = Slab<UInt32>(repeating: 0, count: width)
    /// Of the accounts; `.max`: not found.
    fileprivate var slots = Slab<UInt32>(repeating: .max, count: width)
    /// Of the commands' keys.
    fileprivate var keyHashes = Slab<UInt32>(repeating: 0, count: width)
    /// The bill at which the walk of each queue has arrived.
    fileprivate var places = Slab<UInt32>(repeating: BillPool.none, count: width)
    /// Groups walked. Being atomic, it has an address, and so has the ledger: whoever asks it something is given that
    /// instead of a copy of its header.
    fileprivate let groups = Atomic<Int>(0)

    @inline(__always)
    func slot(_ place: Int) -> UInt32? { slots[place] == .max ? nil : slots[place] }

    @inline(__always)
    func keyHash(_ place: Int) -> UInt32 { keyHashes[place] }
}

extension Ledger {
    /// Finds the slots of a group of commands and brings what they will touch into the cache. Changes no state.
    mutating func stage(_ commands: Span<Command>, _ group: Range<Int>) {
        staging.groups.wrappingAdd(1, ordering: .relaxed)
        var issued = 0
        for index in group {
            let place = index - group.lowerBound
            staging.hashes[place] = slotHash(commands[index].account.rawValue)
            accountIndex.prefetch(staging.hashes[place])
            if commands[index].key != .none {
                staging.keyHashes[place] = KeyTable.hash(commands[index].key)
                keys.prefetch(hash: staging.keyHashes[place])
                keys.prefetchRecord(after: place)
            }
            if case .issueBill = commands[index].operation {
                bills.prefetchFree(after: issued)
                issued += 1
            }
        }
        for place in 0..<group.count {
            let candidate = accountIndex.candidate(staging.hashes[place])
            staging.slots[place] = candidate ?? .max
            if let candidate { accounts.prefetch(candidate) }
        }
        for index in group {
            let place = index - group.lowerBound
            let account = commands[index].account.rawValue
            var slot = staging.slot(place)
            if let candidate = slot, accounts[candidate].id != account { slot = self.slot(of: account) }
            staging.slots[place] = slot ?? .max
            staging.places[place] = slot.map { accounts[$0].dueHead } ?? BillPool.none
            bills.prefetch(staging.places[place])
        }
        for place in 0..<group.count { prefetchAround(staging.places[place], addsBills: issued > 0) }
        // A bill that is issued is compared with all of its queue.
        if issued > 0 { walkQueues(group.count, depth: 3) }
    }

    /// Brings what a group of entries will be folded into into the cache. Changes no state.
    mutating func stage(_ entries: Span<Entry>, _ group: Range<Int>) {
        for index in group {
            let place = index - group.lowerBound
            staging.hashes[place] = slotHash(entries[index].account)
            accountIndex.prefetch(staging.hashes[place])
            if entries[index].key != .none { keys.prefetch(hash: KeyTable.hash(entries[index].key)) }
        }
        for place in 0..<group.count {
            let candidate = accountIndex.candidate(staging.hashes[place])
            staging.slots[place] = candidate ?? .max
            if let candidate { accounts.prefetch(candidate) }
        }
        for index in group {
            let place = index - group.lowerBound
            let account = staging.slot(place).map { accounts[$0] }
            staging.places[place] = account?.dueHead ?? BillPool.none
            bills.prefetch(staging.places[place])
            if account?.hasIndexedBills ?? false { bills.prefetch(id: entries[index].bill) }
        }
        for place in 0..<group.count { prefetchAround(staging.places[place], addsBills: true) }
    }

    /// Brings the frozen bills of accounts that follow each other into the cache: a link of every queue at a time.
    ///
    /// - Precondition: not more slots than a group has.
    mutating func stageFrozenBills(of slots: Range<UInt32>) {
        for slot in slots {
            staging.places[Int(slot - slots.lowerBound)] = accounts[slot].frozenHead
            bills.prefetch(accounts[slot].frozenHead)
        }
        walkQueues(slots.count, depth: 4)
    }

    /// Brings the next bills of the first `count` queues into the cache.
    private mutating func walkQueues(_ count: Int, depth: Int) {
        for _ in 0..<depth {
            for place in 0..<count where staging.places[place] != BillPool.none {
                prefetchAround(staging.places[place], addsBills: false)
                staging.places[place] = bills[staging.places[place]].next
            }
        }
    }

    /// Where the bill is filed, the bill behind it, and where bills are added the last of its queue.
    @inline(__always)
    private func prefetchAround(_ head: UInt32, addsBills: Bool) {
        if head == BillPool.none { return }
        if accounts[bills[head].account].hasIndexedBills { bills.prefetch(id: bills[head].id) }
        bills.prefetch(bills[head].next)
        if addsBills { bills.prefetch(bills.last(of: head)) }
    }
}
