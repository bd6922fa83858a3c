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
                pool.addToIndex(place)
                pool.link(place, into: &head, lookingBackFrom: pool.last(of: head))
                model.append(id)
                model.sort { (mixed($0) % 9, $0) < (mixed($1) % 9, $1) }
            } else {
                let gone = model.remove(at: random.chance(50) ? 0 : Int.random(in: 0..<model.count, using: &random))
                let place = pool.indexedPlace(of: gone, account: 0)!
                pool.unlink(place, from: &head)
                pool.release(place, isIndexed: true)
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

    /// Across the end of the first block, while it doubles and behind it.
    @Test func recordsStayWhatTheyAreWhileTheirStoreGrows() {
        var store = BlockStore<UInt64>()
        let count: UInt32 = 300_000
        for slot in 0..<count { store.append(mixed(UInt64(slot))) }
        for slot in stride(from: 0, to: count, by: 7) { store[slot] &+= 1 }
        #expect(store.count == Int(count))
        let wrong = (0..<count).filter { store[$0] != mixed(UInt64($0)) &+ ($0 % 7 == 0 ? 1 : 0) }
        #expect(wrong == [])
    }

    @Test func accessBeyondTheEndStopsTheProcess() async {
        await #expect(processExitsWith: .failure) {
            let slab = Slab<Int>(repeating: 1, count: 3)
            _ = slab[Int(CommandLine.argc) + 2]
        }
        await #expect(processExitsWith: .failure) {
            var store = BlockStore<Int>()
            store.append(1)
            _ = store[UInt32(CommandLine.argc)]
        }
    }

    @Test func theChartHasAsManyAccountsAsItSays() {
        #expect(ChartAccount.count == ChartAccount.allCases.count)
    }

    /// Keys that meet in few buckets, so that most go on to others, and are forgotten and come again.
    @Test(arguments: [1, 3, 28, 29, 100, 1_000])
    func theTableOfKeysAgreesWithAQueue(retention: Int) {
        var random = SplitMix64(seed: UInt64(retention))
        var table = KeyTable(retention: retention)
        var model: [(key: IdempotencyKey, fingerprint: UInt64)] = []
        for step: UInt64 in 1...6_000 {
            let low = UInt64.random(in: 0..<UInt64(3 * retention), using: &random)
            let key = IdempotencyKey(high: low % 5, low: low)
            let known = model.last { $0.key == key }
            #expect(table.record(of: key)?.fingerprint == known?.fingerprint)
            let vacancy = table.vacancy(hash: KeyTable.hash(key))
            #expect(known == nil || vacancy == nil)
            if known == nil {
                let record = KeyTable.Record(key: key, fingerprint: step, outcome: Outcome())
                table.insert(record, hash: KeyTable.hash(key), cell: step % 3 == 0 ? nil : vacancy)
                model.append((key, step))
                if model.count > retention { model.removeFirst() }
            }
            #expect(table.count == model.count)
        }
        #expect((table.oldest..<table.next).map { table[$0].fingerprint } == model.map(\.fingerprint))
    }
}
