/// A 64-bit fingerprint of a sequence of numbers: the same sequence, the same digest, on every machine.
public struct Digest: Sendable, Hashable {
    /// The fingerprint so far.
    public private(set) var value: UInt64 = 0x5e77_1e3e_27a1_0ad5

    /// The fingerprint of nothing.
    public init() {}

    /// A fingerprint taken earlier.
    init(value: UInt64) { self.value = value }

    /// The fingerprint of a text's UTF-8.
    public init(of text: String) {
        for byte in text.utf8 { combine(UInt64(byte)) }
    }

    /// Adds one number. O(1).
    public mutating func combine(_ number: UInt64) {
        value = RandomStream.mix(value ^ number) &+ 0x9e37_79b9_7f4a_7c15
    }
}

extension Digest: CustomStringConvertible {
    /// 16 hexadecimal digits.
    public var description: String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
