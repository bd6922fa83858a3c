/// The finalizer of MurmurHash3: every bit of the input changes half of the bits of the result.
///
/// Stable for ever: identifiers of names and state digests are made with it.
@inline(__always)
func mixed(_ value: UInt64) -> UInt64 {
    var bits = value
    bits ^= bits >> 33
    bits = bits &* 0xff51_afd7_ed55_8ccd
    bits ^= bits >> 33
    bits = bits &* 0xc4ce_b9fe_1a85_ec53
    bits ^= bits >> 33
    return bits
}

/// Both halves of a product: two words hashed by one multiplication. Not stable between versions of snapshots.
@inline(__always)
func folded(_ a: UInt64, _ b: UInt64) -> UInt64 {
    let product = (a ^ 0xa076_1d64_78bd_642f).multipliedFullWidth(by: b ^ 0xe703_7ed1_a0b4_28db)
    return product.high ^ product.low
}

/// A running 64-bit hash of words, in order.
struct WordHash {
    private(set) var value: UInt64

    init(seed: UInt64) {
        value = mixed(seed &+ 0x9e37_79b9_7f4a_7c15)
    }

    @inline(__always)
    mutating func combine(_ word: UInt64) {
        value = mixed((value ^ word) &+ 0x9e37_79b9_7f4a_7c15)
    }

    @inline(__always)
    mutating func combine(_ word: Int64) {
        combine(UInt64(bitPattern: word))
    }
}
