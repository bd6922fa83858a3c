/// 64 bits that differ if anything of two runs differs: what happened, and in which order.
public struct RunDigest: Sendable, Hashable, CustomStringConvertible {
    private var state: UInt64 = 0x6A09_E667_F3BC_C909

    init() {}

    /// 16 hexadecimal digits.
    public var description: String {
        let digits = String(state, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    /// The number behind the digits.
    public var rawValue: UInt64 { state }

    /// Takes one more word.
    public mutating func combine(_ word: UInt64) {
        state = (state ^ word) &* 0x9E37_79B9_7F4A_7C15
        state ^= state >> 29
    }

    /// Takes bytes, eight at a time.
    public mutating func combine(_ bytes: RawSpan) {
        combine(UInt64(bytes.byteCount))
        var offset = 0
        while offset + 8 <= bytes.byteCount {
            combine(bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self))
            offset += 8
        }
        while offset < bytes.byteCount {
            combine(UInt64(bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt8.self)))
            offset += 1
        }
    }
}
