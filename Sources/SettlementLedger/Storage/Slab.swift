internal import CSettlementPrefetch

/// A fixed number of plain values that are never shared, so writing needs no uniqueness check.
///
/// Every access is bounds-checked, also in release builds, and the block is freed by `deinit`. Elements are bitwise
/// copyable, so nothing has to be deinitialised.
struct Slab<Element: BitwiseCopyable>: ~Copyable, @unchecked Sendable {
    private let base: UnsafeMutablePointer<Element>
    let count: Int

    /// - Parameter count: how many copies of `element` the slab holds.
    init(repeating element: Element, count: Int) {
        self.base = allocateCells(count)
        self.count = count
        base.initialize(repeating: element, count: count)
    }

    deinit {
        base.deallocate()
    }

    /// Brings an element into the cache ahead of its use.
    @inline(__always)
    func prefetch(_ index: Int) {
        precondition(index >= 0 && index < count, "no such element")
        settlement_prefetch(base + index)
    }

    /// The first of some elements in a row that `matches` accepts. The bounds are checked once for all of them.
    @inline(__always)
    func firstIndex(in row: Range<Int>, where matches: (Element) -> Bool) -> Int? {
        precondition(row.lowerBound >= 0 && row.upperBound <= count, "no such elements")
        var index = row.lowerBound
        while index < row.upperBound {
            if matches(base[index]) { return index }
            index &+= 1
        }
        return nil
    }

    /// Eight elements in a row, as a value. The bounds are checked once for all of them.
    @inline(__always)
    func row(at index: Int) -> SIMD8<Element> where Element: SIMDScalar {
        precondition(index >= 0 && index <= count - 8, "no such elements")
        return UnsafeRawPointer(base + index).loadUnaligned(as: SIMD8<Element>.self)
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
}
