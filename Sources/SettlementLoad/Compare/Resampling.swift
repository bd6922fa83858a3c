/// Drawing from what was measured, again and again, to see how much its statistics vary.
enum Resampling {
    /// As many values as there are, each drawn from all.
    static func draw(_ values: [Double], _ random: inout RandomStream) -> [Double] {
        values.map { _ in values[Int(random.next(below: UInt64(values.count)))] }
    }

    /// Positions of as many samples as there are, drawn in runs of `length` neighbours, so that what neighbours share stays.
    static func blocks(_ count: Int, length: Int, _ random: inout RandomStream) -> [Int] {
        var positions: [Int] = []
        let length = min(length, count)
        while positions.count < count {
            let start = Int(random.next(below: UInt64(count - length + 1)))
            positions += start..<min(start + length, start + count - positions.count)
        }
        return positions
    }

    /// The middle 95 % of `values`.
    static func interval(_ values: [Double]) -> ClosedRange<Double> {
        let sorted = values.sorted()
        let cut = sorted.count / 40
        return sorted[cut]...sorted[sorted.count - 1 - cut]
    }
}
