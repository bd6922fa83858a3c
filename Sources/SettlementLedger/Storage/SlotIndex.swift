/// An open-addressing index from a 32-bit hash to a slot of some table that holds the keys.
///
/// A cell is 8 bytes: hash above, slot + 1 below, 0 when empty. The home of a hash is its upper bits, so growing needs no
/// key, and a lookup touches one cache line before it touches the record it was looking for. Removal shifts back; there
/// are no tombstones. Load stays below 3/4.
struct SlotIndex: ~Copyable, Sendable {
    private var cells = Slab<UInt64>(repeating: 0, count: 16)
    private var shift: UInt32 = 28
    private var count = 0

    private var mask: Int { cells.count - 1 }

    /// The slot filed under `hash` that `matches` accepts. O(1) expected.
    @inline(__always)
    func slot(hash: UInt32, where matches: (UInt32) -> Bool) -> UInt32? {
        var position = Int(hash >> shift)
        while true {
            let cell = cells[position]
            if cell == 0 { return nil }
            if Self.hash(of: cell) == hash, matches(Self.slot(of: cell)) { return Self.slot(of: cell) }
            position = (position + 1) & mask
        }
    }

    /// Brings the cell at which a search for `hash` begins into the cache.
    @inline(__always)
    func prefetch(_ hash: UInt32) { cells.prefetch(Int(hash >> shift)) }

    /// The first slot filed under `hash`, which is nearly always the one that is looked for. O(1) expected.
    @inline(__always)
    func candidate(_ hash: UInt32) -> UInt32? { slot(hash: hash) { _ in true } }

    /// Files `slot` under `hash`; the caller knows that its key is not filed yet. Amortised O(1).
    mutating func insert(_ slot: UInt32, hash: UInt32) {
        if (count + 1) * 4 > cells.count * 3 { grow() }
        place(UInt64(hash) << 32 | UInt64(slot + 1))
        count += 1
    }

    /// - Precondition: `slot` is filed under `hash`.
    mutating func remove(_ slot: UInt32, hash: UInt32) {
        let wanted = UInt64(hash) << 32 | UInt64(slot + 1)
        var hole = Int(hash >> shift)
        while cells[hole] != wanted {
            precondition(cells[hole] != 0, "the slot is not in the index")
            hole = (hole + 1) & mask
        }
        var probe = (hole + 1) & mask
        while cells[probe] != 0 {
            let home = Int(Self.hash(of: cells[probe]) >> shift)
            // The cell may move back if its home does not lie behind the hole.
            if (probe - home) & mask >= (probe - hole) & mask {
                cells[hole] = cells[probe]
                hole = probe
            }
            probe = (probe + 1) & mask
        }
        cells[hole] = 0
        count -= 1
    }

    private mutating func place(_ cell: UInt64) {
        var position = Int(Self.hash(of: cell) >> shift)
        while cells[position] != 0 { position = (position + 1) & mask }
        cells[position] = cell
    }

    private mutating func grow() {
        precondition(shift > 0, "an index holds fewer than 2^32 slots")
        var smaller = Slab<UInt64>(repeating: 0, count: cells.count * 2)
        swap(&smaller, &cells)
        shift -= 1
        for position in 0..<smaller.count where smaller[position] != 0 { place(smaller[position]) }
    }

    private static func hash(of cell: UInt64) -> UInt32 { UInt32(truncatingIfNeeded: cell >> 32) }
    private static func slot(of cell: UInt64) -> UInt32 { UInt32(truncatingIfNeeded: cell) - 1 }
}

/// The hash under which 64-bit identifiers are filed.
@inline(__always)
func slotHash(_ identifier: UInt64) -> UInt32 {
    UInt32(truncatingIfNeeded: mixed(identifier) >> 32)
}
