internal import Settlement

/// A seeded source of random numbers, one for every purpose and item.
///
/// The numbers of an item depend only on seed, purpose and item: chunks can be made in any order, and a new
/// purpose changes no old one.
struct RandomStream: Sendable {
    /// What the numbers are for.
    enum Purpose: UInt64 {
        case account = 1
        case suspension, rechargeOrder, recharges, writeOffs, bills, queries, starts, callers, faults, deferral
        /// Models of a run in virtual time; far from the others, so that new ones of those change none of these.
        case service = 200
        case sync, latency
        /// Statistics of results.
        case resampling = 240
    }

    private var generator: SplitMix64

    init(seed: UInt64, purpose: Purpose, item: UInt64 = 0) {
        generator = SplitMix64(seed: Self.mix(Self.mix(seed ^ purpose.rawValue << 56) ^ item))
    }

    /// The next 64 random bits.
    mutating func next() -> UInt64 { generator.next() }

    /// Uniform over 0 ..< `bound`, which is at least 1; biased by less than bound/2⁶⁴.
    mutating func next(below bound: UInt64) -> UInt64 {
        next().multipliedFullWidth(by: bound).high
    }

    /// Uniform over the interval (0, 1], in steps of 2⁻⁵³.
    mutating func unit() -> Double {
        Double((next() >> 11) + 1) * 0x1p-53
    }

    /// Normal with mean 0 and standard deviation 1: the sum of 12 uniform numbers less 6, so within ±6.
    ///
    /// It needs no transcendental function and is close enough for load.
    mutating func standardNormal() -> Double {
        var sum = -6.0
        for _ in 0..<12 { sum += unit() }
        return sum
    }

    /// A bijection of 64 bits that looks random.
    static func mix(_ value: UInt64) -> UInt64 {
        var z = value
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }
}
