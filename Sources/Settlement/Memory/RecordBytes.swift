/// Bytes that are not what the service wrote.
package struct MalformedRecord: Error, Sendable {}

/// Appends little-endian values.
package struct RecordWriter: Sendable {
    /// What was written.
    package private(set) var bytes: [UInt8] = []

    package init() {}

    package mutating func write(_ value: some FixedWidthInteger) {
        withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
    }

    package mutating func write(_ value: Int64?) {
        write(UInt8(value == nil ? 0 : 1))
        write(value ?? 0 as Int64)
    }

    package mutating func write(bytes part: [UInt8]) {
        write(UInt32(part.count))
        bytes += part
    }

    package mutating func write(_ text: String) { write(bytes: Array(text.utf8)) }
}

/// Reads what a ``RecordWriter`` wrote.
package struct RecordReader: Sendable {
    private let bytes: [UInt8]
    private var offset = 0

    package init(_ bytes: [UInt8]) { self.bytes = bytes }

    package mutating func read<Value: FixedWidthInteger>(
        _ type: Value.Type = Value.self
    ) throws(MalformedRecord) -> Value {
        let size = MemoryLayout<Value>.size
        guard bytes.count - offset >= size else { throw MalformedRecord() }
        var value: Value = 0
        for index in (offset..<offset + size).reversed() {
            value = value << 8 | Value(truncatingIfNeeded: bytes[index])
        }
        offset += size
        return value
    }

    package mutating func readOptional() throws(MalformedRecord) -> Int64? {
        let isPresent = try read(UInt8.self) == 1
        let value: Int64 = try read()
        return isPresent ? value : nil
    }

    package mutating func readBytes() throws(MalformedRecord) -> [UInt8] {
        let count = Int(try read(UInt32.self))
        guard bytes.count - offset >= count else { throw MalformedRecord() }
        defer { offset += count }
        return Array(bytes[offset..<offset + count])
    }

    package mutating func readText() throws(MalformedRecord) -> String {
        String(decoding: try readBytes(), as: UTF8.self)
    }
}
