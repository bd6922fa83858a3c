package import SettlementLedger

/// Bytes that are not what the service wrote.
package struct MalformedRecord: Error, Sendable {}

extension ByteWriter {
    package mutating func write(_ value: Int64?) {
        write(UInt8(value == nil ? 0 : 1))
        write(value ?? 0 as Int64)
    }

    package mutating func write(_ text: String) { write(counted: Array(text.utf8)) }

    /// Appends bytes behind their count.
    package mutating func write(counted part: [UInt8]) {
        write(UInt32(part.count))
        write(bytes: part)
    }
}

extension ByteReader {
    package mutating func read<Value: FixedWidthInteger & BitwiseCopyable>(
        _ type: Value.Type = Value.self
    ) throws(MalformedRecord) -> Value {
        guard let value = next(type) else { throw MalformedRecord() }
        return value
    }

    package mutating func readOptional() throws(MalformedRecord) -> Int64? {
        let isPresent = try read(UInt8.self) == 1
        let value: Int64 = try read()
        return isPresent ? value : nil
    }

    package mutating func readCounted() throws(MalformedRecord) -> [UInt8] {
        guard let part = next(bytes: Int(try read(UInt32.self))) else { throw MalformedRecord() }
        return part
    }

    package mutating func readText() throws(MalformedRecord) -> String {
        String(decoding: try readCounted(), as: UTF8.self)
    }
}
