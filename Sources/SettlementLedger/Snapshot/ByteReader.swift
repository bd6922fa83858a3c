/// Reads little-endian values from bytes; a value that is not all there is an error.
struct ByteReader {
    private let bytes: [UInt8]
    private var offset = 0

    init(_ span: RawSpan) {
        bytes = span.withUnsafeBytes { Array($0) }
    }

    var isAtEnd: Bool { offset == bytes.count }

    mutating func read<Value: FixedWidthInteger & BitwiseCopyable>(
        _ type: Value.Type = Value.self
    ) throws(ReplayError.Reason) -> Value {
        let size = MemoryLayout<Value>.size
        guard bytes.count - offset >= size else { throw .malformedSection("cut short at byte \(offset)") }
        // Every bit pattern is a value of a fixed-width integer; the load checks the bounds once more.
        let value = bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: offset, as: Value.self) }
        offset += size
        return Value(littleEndian: value)
    }
}
