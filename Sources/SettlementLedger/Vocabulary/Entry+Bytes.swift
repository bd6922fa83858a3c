/// The 64 bytes of an entry are its memory: the journal's format is little-endian, as every machine we run on.
extension Entry {
    /// Bytes of one entry.
    public static var byteCount: Int { 64 }

    /// Reads whole entries as they were staged; they need not be aligned. O(bytes).
    ///
    /// - Precondition: a whole number of entries.
    public static func entries(in bytes: RawSpan) -> [Entry] {
        precondition(bytes.byteCount % byteCount == 0, "\(bytes.byteCount) bytes are not whole entries")
        precondition(
            MemoryLayout<Entry>.size == byteCount && Int(1).littleEndian == 1,
            "entries are stored as they lie"
        )
        return [Entry](unsafeUninitializedCapacity: bytes.byteCount / byteCount) { buffer, count in
            count = bytes.byteCount / byteCount
            // Safe: an entry is plain integers, every bit pattern is one, and the span is long enough.
            bytes.withUnsafeBytes { source in
                UnsafeMutableRawBufferPointer(buffer).copyMemory(from: source)
            }
        }
    }
}
