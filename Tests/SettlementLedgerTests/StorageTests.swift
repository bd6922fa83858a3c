import Testing

@testable import SettlementLedger

@Suite struct StorageTests {
    @Test func hotRecordsAreOneCacheLine() {
        #expect(MemoryLayout<AccountRecord>.size == 64)
        #expect(MemoryLayout<BillRecord>.stride == 64)
        #expect(MemoryLayout<KeyTable.Record>.stride == 64)
    }

    /// Few distinct hashes, so that cells crowd, wrap around and have to shift back.
    @Test(arguments: [UInt32.max, 0xf000_0007, 0x3])
    func theIndexAgreesWithADictionary(mask: UInt32) {
        var random = SplitMix64(seed: UInt64(mask))
        var index = SlotIndex()
        var model: [UInt32: UInt32] = [:]
        func hash(_ slot: UInt32) -> UInt32 { UInt32(truncatingIfNeeded: mixed(UInt64(slot))) & mask }
        for _ in 0..<4_000 {
            let slot = UInt32.random(in: 0..<300, using: &random)
            if model[slot] == nil {
                index.insert(slot, hash: hash(slot))
                model[slot] = hash(slot)
            } else if random.chance(60) {
                index.remove(slot, hash: hash(slot))
                model[slot] = nil
            }
            let probe = UInt32.random(in: 0..<300, using: &random)
            let found = index.slot(hash: hash(probe)) { $0 == probe }
            #expect(found == (model[probe] == nil ? nil : probe))
        }
    }

    @Test func theQueueAgreesWithASortedArray() {
        var random = SplitMix64(seed: 5)
        var pool = BillPool()
        var head = BillPool.none
        var model: [UInt64] = []
        for id: UInt64 in 1...2_000 {
            if random.chance(55) || model.isEmpty {
                let place = pool.insert(record(id, month: UInt16(truncatingIfNeeded: mixed(id) % 9)))
                pool.link(place, into: &head, lookingBackFrom: pool.last(of: head))
                model.append(id)
                model.sort { (mixed($0) % 9, $0) < (mixed($1) % 9, $1) }
            } else {
                let gone = model.remove(at: random.chance(50) ? 0 : Int.random(in: 0..<model.count, using: &random))
                let place = pool.place(of: gone)!
                pool.unlink(place, from: &head)
                pool.release(place)
            }
            var ids: [UInt64] = []
            var place = head
            while place != BillPool.none {
                ids.append(pool[place].id)
                place = pool[place].next
            }
            #expect(ids == model)
            #expect(pool.count == model.count)
            let last = pool.last(of: head)
            #expect(last == BillPool.none ? model.isEmpty : pool[last].id == model.last)
        }
    }

    private func record(_ id: UInt64, month: UInt16) -> BillRecord {
        BillRecord(
            id: id,
            created: 0,
            amount: 1,
            outstanding: 1,
            fraction: 0,
            account: 0,
            month: month,
            product: 0,
            region: 0,
            isMarketplace: false,
            isFrozen: false
        )
    }

    @Test func accessBeyondTheEndStopsTheProcess() async {
        await #expect(processExitsWith: .failure) {
            let slab = Slab<Int>(repeating: 1, count: 3)
            _ = slab[Int(CommandLine.argc) + 2]
        }
    }
}
