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
        var offset = range.lowerBound
        while offset + 8 <= range.upperBound {
            if integer(at: offset, as: UInt64.self) != 0 { return false }
            offset += 8
        }
        while offset < range.upperBound {
            if integer(at: offset, as: UInt8.self) != 0 { return false }
            offset += 1
        }
        return true
    }

    /// The offset behind the last byte in `range` that is not zero, or nil when all are.
    func endOfNonZero(in range: Range<Int>) -> Int? {
        var end = range.upperBound
        while end - 4096 >= range.lowerBound, isZero(in: end - 4096..<end) { end -= 4096 }
        while end > range.lowerBound {
            if integer(at: end - 1, as: UInt8.self) != 0 { return end }
            end -= 1
        }
        return nil
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
        bytes.withUnsafeBytes { append(contentsOf: $0) }
    }
}
