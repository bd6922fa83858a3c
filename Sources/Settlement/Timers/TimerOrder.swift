/// Slot numbers in an order that the caller knows: blocks of at most ``blockSize``, latest first.
///
/// What comes first lies at the very end, so taking it out moves and compares nothing, however much is behind it.
struct TimerOrder: Sendable {
    /// Whether the first of two slots comes before the second. No two slots are alike.
    typealias Comparison = (_ slot: UInt32, _ other: UInt32) -> Bool

    static let blockSize = 512

    /// No block is empty.
    private var blocks: [[UInt32]] = []

    /// The slot that comes first; `nil`: none. O(1).
    var first: UInt32? { blocks.last?.last }

    /// Bytes reserved, with what the allocator and an array add to a block.
    var reservedBytes: Int {
        let perArray = 48
        return blocks.reduce(blocks.capacity * MemoryLayout<[UInt32]>.stride + perArray) { bytes, block in
            bytes + block.capacity * MemoryLayout<UInt32>.stride + perArray
        }
    }

    /// Puts a slot in its place. O(log count) comparisons.
    mutating func insert(_ slot: UInt32, isEarlier: Comparison) {
        guard !blocks.isEmpty else {
            blocks.append(Self.block([slot]))
            return
        }
        var block = block(for: slot, isEarlier)
        var place = place(of: slot, in: block, isEarlier)
        if blocks[block].count == Self.blockSize {
            let half = Self.blockSize / 2
            blocks.insert(Self.block(blocks[block][half...]), at: block + 1)
            blocks[block].removeSubrange(half...)
            if place > half { (block, place) = (block + 1, place - half) }
        }
        blocks[block].insert(slot, at: place)
    }

    /// Takes out a slot that is there, before anything that decides its place is changed. O(log count) comparisons.
    mutating func remove(_ slot: UInt32, isEarlier: Comparison) {
        let block = block(for: slot, isEarlier)
        let place = place(of: slot, in: block, isEarlier)
        precondition(blocks[block].indices.contains(place) && blocks[block][place] == slot, "a timer out of order")
        blocks[block].remove(at: place)
        if blocks[block].count < Self.blockSize / 4 { merge(around: block) }
    }

    /// Takes out the slot that comes first. O(1), without a comparison.
    /// - Precondition: there is one.
    mutating func removeFirst() {
        let block = blocks.count - 1
        blocks[block].removeLast()
        if blocks[block].isEmpty { blocks.removeLast() }
    }

    /// Joins a block that has become small with a neighbour, so that cancelled timers leave no room reserved.
    private mutating func merge(around block: Int) {
        if blocks[block].isEmpty {
            blocks.remove(at: block)
            return
        }
        for left in [block - 1, block] where left >= 0 && left + 1 < blocks.count {
            guard blocks[left].count + blocks[left + 1].count <= Self.blockSize / 2 else { continue }
            blocks[left] += blocks[left + 1]
            blocks.remove(at: left + 1)
            return
        }
    }

    /// The block in which the slot belongs: the first whose earliest slot is not later, or the last one.
    private func block(for slot: UInt32, _ isEarlier: Comparison) -> Int {
        let place = Self.partition(0..<blocks.count) { isEarlier(slot, blocks[$0][blocks[$0].count - 1]) }
        return min(place, blocks.count - 1)
    }

    private func place(of slot: UInt32, in block: Int, _ isEarlier: Comparison) -> Int {
        Self.partition(blocks[block].indices) { isEarlier(slot, blocks[block][$0]) }
    }

    /// The first place of a range, or its end, where `isBefore` does not hold any more.
    private static func partition(_ range: Range<Int>, isBefore: (Int) -> Bool) -> Int {
        var (low, high) = (range.lowerBound, range.upperBound)
        while low < high {
            let middle = low + (high - low) / 2
            if isBefore(middle) { low = middle + 1 } else { high = middle }
        }
        return low
    }

    private static func block(_ slots: some Sequence<UInt32>) -> [UInt32] {
        var block: [UInt32] = []
        block.reserveCapacity(blockSize)
        block.append(contentsOf: slots)
        return block
    }
}
