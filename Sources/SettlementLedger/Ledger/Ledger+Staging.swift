/// The slots of a few commands that are about to be applied.
///
/// Accounts come in random order, so each command meets several cache misses that depend on each other: index, account,
/// first bill, index of bills. Asked for one after the other they cost a memory latency each; asked for by many commands
/// at once they overlap. A group is walked once for each level before it is applied.
struct Staging: ~Copyable, Sendable {
    /// Commands in a group: enough to fill the processor's load queue, few enough to stay in its first cache.
    static let width = 32

    private var slots = Slab<UInt32>(repeating: .max, count: width)
    /// Everything that was looked at; written so that the compiler cannot drop the loads.
    private(set) var seen: UInt64 = 0

    func slot(_ place: Int) -> UInt32? { slots[place] == .max ? nil : slots[place] }
    mutating func set(_ slot: UInt32?, at place: Int) { slots[place] = slot ?? .max }
    mutating func see(_ word: UInt64) { seen ^= word }
}

extension Ledger {
    /// Finds the slots of a group of commands and brings what they will touch into the cache. Changes no state.
    mutating func stage(_ commands: Span<Command>, _ group: Range<Int>) {
        for index in group {
            staging.see(accountIndex.home(of: slotHash(commands[index].account.rawValue)))
        }
        for index in group where commands[index].key != .none {
            staging.see(keys.home(of: commands[index].key))
        }
        for index in group {
            staging.set(slot(of: commands[index].account.rawValue), at: index - group.lowerBound)
        }
        for place in 0..<group.count {
            if let head = stagedBill(place) { staging.see(bills[head].id) }
        }
        for place in 0..<group.count {
            guard let head = stagedBill(place) else { continue }
            staging.see(bills.home(of: bills[head].id))
            if bills[head].next != BillPool.none { staging.see(bills[bills[head].next].id) }
        }
    }

    private func stagedBill(_ place: Int) -> UInt32? {
        guard let slot = staging.slot(place), accounts[slot].dueHead != BillPool.none else { return nil }
        return accounts[slot].dueHead
    }
}
