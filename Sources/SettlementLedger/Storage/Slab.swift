#if os(Linux)
    #if canImport(Glibc)
        internal import Glibc
    #else
        internal import Musl
    #endif
#endif

/// A growable block of plain values that is never shared, so writing needs no uniqueness check.
///
/// The ledger's unsafe memory lives in this file alone: every access is bounds-checked, also in release builds, and the
/// block is freed by `deinit`. Elements are bitwise copyable, so nothing has to be deinitialised.
struct Slab<Element: BitwiseCopyable>: ~Copyable, @unchecked Sendable {
    private var base: UnsafeMutablePointer<Element>
    private var capacity: Int
    private(set) var count: Int

    /// - Parameter count: how many copies of `element` the slab starts with.
    init(repeating element: Element, count: Int) {
        self.base = Self.allocate(count)
        self.capacity = count
        self.count = count
        base.initialize(repeating: element, count: count)
    }

    init() {
        self.base = Self.allocate(0)
        self.capacity = 0
        self.count = 0
    }

    deinit {
        base.deallocate()
    }

    subscript(index: Int) -> Element {
        @inline(__always)
        unsafeAddress {
            precondition(index >= 0 && index < count, "no such element")
            return UnsafePointer(base + index)
        }
        @inline(__always)
        unsafeMutableAddress {
            precondition(index >= 0 && index < count, "no such element")
            return base + index
        }
    }

    subscript(slot: UInt32) -> Element {
        @inline(__always)
        unsafeAddress {
            precondition(slot < count, "no such slot")
            return UnsafePointer(base + Int(slot))
        }
        @inline(__always)
        unsafeMutableAddress {
            precondition(slot < count, "no such slot")
            return base + Int(slot)
        }
    }

    /// Amortised O(1).
    mutating func append(_ element: Element) {
        if count == capacity { grow() }
        (base + count).initialize(to: element)
        count += 1
    }

    private mutating func grow() {
        let larger = max(16, capacity * 2)
        let moved = Self.allocate(larger)
        moved.moveInitialize(from: base, count: count)
        base.deallocate()
        base = moved
        capacity = larger
    }

    /// Aligned to cache lines, so that a record of 64 bytes never straddles two. A large block is aligned to huge pages and
    /// asks for them: with small pages, random access to a big table costs a page walk on top of each cache miss.
    private static func allocate(_ count: Int) -> UnsafeMutablePointer<Element> {
        let byteCount = max(1, count) * MemoryLayout<Element>.stride
        let hugePage = 1 << 21
        let isLarge = byteCount >= hugePage
        let block = UnsafeMutableRawPointer.allocate(byteCount: byteCount, alignment: isLarge ? hugePage : 64)
        #if os(Linux)
            // Advice: where it is refused, everything works as before.
            if isLarge { _ = madvise(block, byteCount, MADV_HUGEPAGE) }
        #endif
        return block.bindMemory(to: Element.self, capacity: count)
    }
}
