/// Finds the slot of a key: a table of slot numbers with linear probing, 4 bytes a bucket.
///
/// The keys themselves lie in the slots, so callers say how to hash and compare them.
struct TimerIndex: Sendable {
    private static let free = UInt32.max

    private var buckets: [UInt32] = []
    private var count = 0

    /// Bytes reserved.
    var reservedBytes: Int { buckets.capacity * MemoryLayout<UInt32>.stride }

    /// The slot with this hash that `matches`; `nil`: none. O(1) expected.
    func slot(hash: Int, matches: (Int) -> Bool) -> Int? {
        if buckets.isEmpty { return nil }
        var bucket = home(hash)
        while buckets[bucket] != Self.free {
            let slot = Int(buckets[bucket])
            if matches(slot) { return slot }
            bucket = next(bucket)
        }
        return nil
    }

    /// Adds a slot that is not there. O(1) expected; `hashOf` is asked for every slot when the table grows.
    mutating func insert(_ slot: Int, hash: Int, hashOf: (Int) -> Int) {
        if (count + 1) * 8 > buckets.count * 7 { grow(hashOf: hashOf) }
        place(UInt32(slot), hash: hash)
        count += 1
    }

    /// The slot found under this hash has another number now. O(1) expected.
    mutating func renumber(_ old: Int, to new: Int, hash: Int) { buckets[bucket(of: old, hash: hash)] = UInt32(new) }

    /// Takes a slot out and moves those behind it that would be lost without it. O(1) expected.
    mutating func remove(_ slot: Int, hash: Int, hashOf: (Int) -> Int) {
        var hole = bucket(of: slot, hash: hash)
        var probe = next(hole)
        while buckets[probe] != Self.free {
            let distance = (probe - home(hashOf(Int(buckets[probe])))) & (buckets.count - 1)
            if distance >= (probe - hole) & (buckets.count - 1) {
                buckets[hole] = buckets[probe]
                hole = probe
            }
            probe = next(probe)
        }
        buckets[hole] = Self.free
        count -= 1
    }

    private func home(_ hash: Int) -> Int { hash & (buckets.count - 1) }
    private func next(_ bucket: Int) -> Int { (bucket + 1) & (buckets.count - 1) }

    private func bucket(of slot: Int, hash: Int) -> Int {
        var bucket = home(hash)
        while buckets[bucket] != UInt32(slot) {
            precondition(buckets[bucket] != Self.free, "a slot that is not in the index")
            bucket = next(bucket)
        }
        return bucket
    }

    private mutating func place(_ slot: UInt32, hash: Int) {
        var bucket = home(hash)
        while buckets[bucket] != Self.free { bucket = next(bucket) }
        buckets[bucket] = slot
    }

    private mutating func grow(hashOf: (Int) -> Int) {
        let old = buckets
        buckets = Array(repeating: Self.free, count: max(8, old.count * 2))
        for slot in old where slot != Self.free { place(slot, hash: hashOf(Int(slot))) }
    }
}
