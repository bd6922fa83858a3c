/// A run as a sequence of samples that follow each other without gaps, in bounded memory.
///
/// Samples of ``minimumWidth`` and more are merged into cells of a common width; when there are more cells than
/// ``capacity``, the width grows to the next of 0.1, 0.2, 0.5, 1, 2, 5, 10 … seconds. So a run of two seconds has twenty
/// cells and one of ten minutes has six hundred.
public struct RunSeries: Sendable, Hashable, Codable {
    /// The narrowest cells, in nanoseconds.
    public static let minimumWidth: Int64 = 100_000_000
    /// Most cells that are kept.
    public static let capacity = 600

    /// The width of a cell, in nanoseconds. A sample that took longer is a cell of its own.
    public private(set) var width = minimumWidth
    /// The cells in order.
    public private(set) var samples: [RunSample] = []
    /// Names of the regions, in the order of ``RunSample/regionDepths``.
    public var regions: [String]

    /// A series of a run that has not begun.
    public init(regions: [String] = []) { self.regions = regions }

    /// Processor time of all samples, in nanoseconds.
    public var cpuNanoseconds: Int64 { samples.reduce(0) { $0 + ($1.cpuNanoseconds ?? 0) } }

    /// Adds the sample that begins where the last one ends. O(1) amortised, but for the merging of histograms.
    public mutating func append(_ sample: RunSample) {
        add(sample)
        while samples.count > Self.capacity { widen() }
    }

    /// Counts arrivals with ascending intended times, in nanoseconds after the beginning, in the cells they belong to.
    ///
    /// - Returns: how many belong to no cell yet, because they are as late as the last cell's end.
    mutating func countOffered(at times: some BidirectionalCollection<Int64>) -> Int64 {
        guard let last = samples.last else { return Int64(times.count) }
        var later: Int64 = 0
        var index = samples.count - 1
        for time in times.reversed() {
            if time >= last.end {
                later += 1
            } else {
                while index > 0, samples[index].start > time { index -= 1 }
                samples[index].offered += 1
            }
        }
        return later
    }

    /// The same run in at most `limit` cells of at least `width` nanoseconds each, `limit` being at least 1.
    public func coarsened(to limit: Int, width: Int64 = minimumWidth) -> RunSeries {
        var series = self
        while series.samples.count > limit || series.width < width {
            let before = series.samples.count
            series.widen()
            if before == 1 { break }
        }
        return series
    }

    /// All samples between two times, in nanoseconds after the beginning, as one; `nil` when there is none.
    ///
    /// A cell belongs to the range in which its middle lies.
    public func merged(from start: Int64, to end: Int64) -> RunSample? {
        var merged: RunSample?
        for sample in samples where (start..<end).contains(sample.start + sample.duration / 2) {
            if merged == nil { merged = sample } else { merged?.add(sample) }
        }
        return merged
    }

    private mutating func widen() {
        // 1 → 2 → 5 → 10: the leading digit tells which step is next.
        var leading = width
        while leading >= 10 { leading /= 10 }
        width = leading == 2 ? width / 2 * 5 : width * 2
        let narrow = samples
        samples = []
        for sample in narrow { add(sample) }
    }

    private mutating func add(_ sample: RunSample) {
        if let last = samples.last, cell(of: last) == cell(of: sample) {
            samples[samples.count - 1].add(sample)
        } else {
            samples.append(sample)
        }
    }

    private func cell(of sample: RunSample) -> Int64 { (sample.start + sample.duration / 2) / width }
}
