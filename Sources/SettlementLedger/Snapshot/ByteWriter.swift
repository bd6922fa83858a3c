/// Appends little-endian values to bytes.
package struct ByteWriter: Sendable {
    package private(set) var bytes: [UInt8]

    package init(_ bytes: consuming [UInt8] = []) {
        self.bytes = bytes
    }

    package mutating func write(_ value: some FixedWidthInteger) {
        withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
    }

    /// Appends bytes as they are.
    package mutating func write(bytes part: [UInt8]) { bytes += part }
}
