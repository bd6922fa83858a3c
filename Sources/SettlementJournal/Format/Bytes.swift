internal import CSettlementChecksum

// Integers in and out of bytes, always little-endian, always bounds-checked.

extension RawSpan {
    /// The integer stored little-endian at `offset`.
    func integer<Value: FixedWidthInteger & BitwiseCopyable>(at offset: Int, as type: Value.Type = Value.self) -> Value
    {
        // Every bit pattern is a value of an integer type, and the load checks its bounds.
        Value(littleEndian: unsafeLoadUnaligned(fromByteOffset: offset, as: type))
    }

    /// Whether all bytes of `range` are zero. O(`range.count`).
    func isZero(in range: Range<Int>) -> Bool {
        endOfNonZero(in: range) == nil
    }

    /// The offset behind the last byte in `range` that is not zero, or nil when all are. O(`range.count`).
    func endOfNonZero(in range: Range<Int>) -> Int? {
        let count = extracting(range).withUnsafeBytes { settlement_written_bytes($0.baseAddress, $0.count) }
        return count == 0 ? nil : range.lowerBound + count
    }
}

extension [UInt8] {
    /// Stores `value` little-endian at `offset`.
    mutating func store<Value: FixedWidthInteger & BitwiseCopyable>(_ value: Value, at offset: Int) {
        precondition(offset >= 0 && offset + MemoryLayout<Value>.size <= count, "a field lies outside its record")
        withUnsafeMutableBytes { $0.storeBytes(of: value.littleEndian, toByteOffset: offset, as: Value.self) }
    }

    /// Copies `bytes` behind the last byte.
    mutating func append(_ bytes: RawSpan) {
        // Bound to bytes, since only a typed buffer is copied as a block.
        bytes.withUnsafeBytes { append(contentsOf: $0.bindMemory(to: UInt8.self)) }
    }
}
