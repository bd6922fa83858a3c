#if os(Linux)
    #if canImport(Glibc)
        internal import Glibc
    #else
        internal import Musl
    #endif
#endif

/// Memory for `count` values of a type, to be freed by `deallocate`.
///
/// Aligned to cache lines, so that a record of 64 bytes never straddles two. A large block asks for huge pages: with small
/// ones, random access to a big table costs a page walk on top of each cache miss.
func allocateCells<Element: BitwiseCopyable>(_ count: Int) -> UnsafeMutablePointer<Element> {
    let byteCount = max(1, count) * MemoryLayout<Element>.stride
    let block = UnsafeMutableRawPointer.allocate(byteCount: byteCount, alignment: 64)
    #if os(Linux)
        let (page, hugePage) = (UInt(4_096), UInt(1 << 21))
        if UInt(byteCount) >= 2 * hugePage {
            // Advice for the whole pages within: where it is refused, everything works as before.
            let start = (UInt(bitPattern: block) + page - 1) & ~(page - 1)
            let end = (UInt(bitPattern: block) + UInt(byteCount)) & ~(page - 1)
            _ = madvise(UnsafeMutableRawPointer(bitPattern: start), Int(end - start), MADV_HUGEPAGE)
        }
    #endif
    return block.bindMemory(to: Element.self, capacity: count)
}
