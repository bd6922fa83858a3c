/// Reads little-endian values from bytes.
package struct ByteReader: Sendable {
    private let bytes: [UInt8]
    /// Bytes already read.
    private(set) var offset = 0

    package init(_ bytes: [UInt8]) { self.bytes = bytes }

    init(_ span: RawSpan) {
        bytes = span.withUnsafeBytes { Array($0) }
    }

    var isAtEnd: Bool { offset == bytes.count }

    /// The next value; nil when it is not all there.
    package mutating func next<Value: FixedWidthInteger & BitwiseCopyable>(_ type: Value.Type) -> Value? {
        let size = MemoryLayout<Value>.size
        guard bytes.count - offset >= size else { return nil }
        // Every bit pattern is a value of a fixed-width integer; the load checks the bounds once more.
        let value = bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: offset, as: Value.self) }
        offset += size
        return Value(littleEndian: value)
    }

    /// The next bytes; nil when they are not all there.
    package mutating func next(bytes count: Int) -> [UInt8]? {
        guard bytes.count - offset >= count else { return nil }
        defer { offset += count }
        return Array(bytes[offset..<offset + count])
    }

    /// The next value of a section of a snapshot.
    mutating func read<Value: FixedWidthInteger & BitwiseCopyable>(
        _ type: Value.Type = Value.self
    ) throws(ReplayError.Reason) -> Value {
        guard let value = next(type) else { throw .malformedSection("cut short at byte \(offset)") }
        return value
    }
}
