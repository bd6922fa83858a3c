#if os(Linux)
    #if canImport(Glibc)
        internal import Glibc
    #else
        internal import Musl
    #endif
#endif

/// Memory for `count` values of a type, to be freed by `deallocate`.
///
/// Aligned to cache lines, so that a record of 64 bytes never straddles two. A large block asks for huge pages and begins
/// with one: with small ones, random access to a big table costs a page walk on top of each cache miss.
func allocateCells<Element: BitwiseCopyable>(_ count: Int) -> UnsafeMutablePointer<Element> {
    let byteCount = max(1, count) * MemoryLayout<Element>.stride
    let (page, hugePage) = (4_096, 1 << 21)
    let isLarge = byteCount >= hugePage
    let block = UnsafeMutableRawPointer.allocate(byteCount: byteCount, alignment: isLarge ? hugePage : 64)
    #if os(Linux)
        // Advice: where it is refused, everything works as before.
        if isLarge { _ = madvise(block, byteCount & ~(page - 1), MADV_HUGEPAGE) }
    #endif
    return block.bindMemory(to: Element.self, capacity: count)
}
