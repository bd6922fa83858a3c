internal import CSettlementPrefetch

/// A growable store of plain records, named by their slots, in blocks that stay where they are.
///
/// Growing copies nothing once the first block is full, so it neither stops a busy ledger nor leaves half of its memory
/// empty. Every access is bounds-checked, also in release builds; records are never shared and need no deinitialisation.
struct BlockStore<Record: BitwiseCopyable>: ~Copyable, @unchecked Sendable {
    /// Records of a block: 8 MiB of 64-byte records, so that huge pages fill most of it.
    private static var blockLength: Int { 1 << 17 }

    /// The directory: the address of each block. There is always a first one.
    private var blocks: UnsafeMutablePointer<UnsafeMutablePointer<Record>>
    private var blockCount = 1
    private var capacity = 0
    private(set) var count = 0

    init() {
        blocks = allocateCells(1)
        blocks.initialize(to: allocateCells(0))
    }

    deinit {
        for block in 0..<blockCount { blocks[block].deallocate() }
        blocks.deallocate()
    }

    subscript(slot: UInt32) -> Record {
        @inline(__always)
        unsafeAddress {
            precondition(slot < count, "no such slot")
            return UnsafePointer(address(Int(slot)))
        }
        @inline(__always)
        unsafeMutableAddress {
            precondition(slot < count, "no such slot")
            return address(Int(slot))
        }
    }

    /// Brings a record into the cache ahead of its use.
    @inline(__always)
    func prefetch(_ slot: UInt32) {
        precondition(slot < count, "no such slot")
        settlement_prefetch(address(Int(slot)))
    }

    /// Takes the last record off; `nil`: there is none. Its memory stays.
    mutating func popLast() -> Record? {
        guard count > 0 else { return nil }
        count -= 1
        return address(count).pointee
    }

    /// Amortised O(1).
    mutating func append(_ record: Record) {
        if count == capacity { grow() }
        address(count).initialize(to: record)
        count += 1
    }

    @inline(__always)
    private func address(_ slot: Int) -> UnsafeMutablePointer<Record> {
        blocks[slot / Self.blockLength] + slot % Self.blockLength
    }

    /// The first block doubles until it is whole, so that a small ledger stays small.
    private mutating func grow() {
        guard capacity < Self.blockLength else { return appendBlock() }
        let larger = max(16, capacity * 2)
        let moved: UnsafeMutablePointer<Record> = allocateCells(larger)
        moved.moveInitialize(from: blocks[0], count: count)
        blocks[0].deallocate()
        blocks[0] = moved
        capacity = larger
    }

    private mutating func appendBlock() {
        let directory: UnsafeMutablePointer<UnsafeMutablePointer<Record>> = allocateCells(blockCount + 1)
        directory.moveInitialize(from: blocks, count: blockCount)
        (directory + blockCount).initialize(to: allocateCells(Self.blockLength))
        blocks.deallocate()
        blocks = directory
        blockCount += 1
        capacity += Self.blockLength
    }
}
