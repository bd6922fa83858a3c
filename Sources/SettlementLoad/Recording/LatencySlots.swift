/// The slots into which durations of a time series fall: two digits, from 1 ns to more than an hour.
///
/// Up to 255 ns every nanosecond has its slot; above, every power of two is cut into 128 equal slots, so a slot's upper
/// edge is at most 0.8 % above any duration in it.
enum LatencySlots {
    /// How many slots there are.
    static let count = 256 + (octaves * 128)
    private static let octaves = 34

    /// The slot of `nanoseconds`; what is beyond the last slot belongs to it. O(1).
    static func slot(of nanoseconds: Int64) -> Int {
        guard nanoseconds > 255 else { return Int(max(0, nanoseconds)) }
        let octave = 63 - nanoseconds.leadingZeroBitCount
        let part = Int(nanoseconds >> Int64(octave - 7)) - 128
        return min(count - 1, 256 + (octave - 8) * 128 + part)
    }

    /// The largest duration of a slot, in nanoseconds.
    static func upperEdge(of slot: Int) -> Int64 {
        guard slot > 255 else { return Int64(slot) }
        let (octave, part) = (slot - 256).quotientAndRemainder(dividingBy: 128)
        return Int64(part + 129) << Int64(octave + 1) - 1
    }

    /// The smallest duration of a slot, in nanoseconds.
    static func lowerEdge(of slot: Int) -> Int64 { slot == 0 ? 0 : upperEdge(of: slot - 1) + 1 }
}
