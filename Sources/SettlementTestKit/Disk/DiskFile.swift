/// A file as its readers see it, and as it would be after a power failure.
struct DiskFile {
    static let sectorBytes = 512

    /// With everything that was written.
    private(set) var cached: [UInt8] = []
    /// With everything that was synced.
    private(set) var durable: [UInt8] = []
    /// Written and not synced, in order.
    private var unsynced: [Range<Int>] = []

    mutating func write(_ bytes: RawSpan, at offset: Int) {
        let end = offset + bytes.byteCount
        if cached.count < end { cached += [UInt8](repeating: 0, count: end - cached.count) }
        bytes.withUnsafeBytes { source in
            cached.withUnsafeMutableBytes { $0[offset..<end].copyBytes(from: source) }
        }
        unsynced.append(offset..<end)
    }

    mutating func reserve(_ count: Int) {
        if cached.count < count { cached += [UInt8](repeating: 0, count: count - cached.count) }
    }

    mutating func synchronize() {
        for range in unsynced { keep(range) }
        if durable.count < cached.count { durable += cached[durable.count...] }
        unsynced = []
    }

    /// What a failed sync leaves: some sectors are durable, and none is remembered as unsynced.
    mutating func loseUnsynced(keeping isKept: () -> Bool) {
        for sector in unsyncedSectors where isKept() { keep(sector) }
        unsynced = []
    }

    /// Only what is durable is there, and of the rest some sectors.
    mutating func losePower(keeping isKept: () -> Bool) {
        loseUnsynced(keeping: isKept)
        cached = durable
    }

    /// What the system had in memory is read from the disk again.
    mutating func forgetCache() {
        if unsynced.isEmpty { cached = durable }
    }

    mutating func flipBit(_ bit: Int) {
        durable[bit / 8] ^= 1 << UInt8(bit % 8)
        cached[bit / 8] = durable[bit / 8]
    }

    /// One durable sector appears in another place as well.
    mutating func copySector(at source: Int, to target: Int) {
        let count = min(Self.sectorBytes, durable.count - source, durable.count - target)
        guard count > 0 else { return }
        durable.replaceSubrange(target..<target + count, with: durable[source..<source + count])
    }

    private var unsyncedSectors: [Range<Int>] {
        unsynced.flatMap { range in
            stride(from: range.lowerBound / Self.sectorBytes, to: (range.upperBound - 1) / Self.sectorBytes + 1, by: 1)
                .map { sector in
                    let start = sector * Self.sectorBytes
                    return max(start, range.lowerBound)..<min(start + Self.sectorBytes, range.upperBound)
                }
        }
    }

    private mutating func keep(_ range: Range<Int>) {
        guard !range.isEmpty else { return }
        let sectorsEnd = min(cached.count, range.upperBound)
        if durable.count < sectorsEnd {
            durable += [UInt8](repeating: 0, count: sectorsEnd - durable.count)
        }
        let range = range.clamped(to: 0..<sectorsEnd)
        durable.withUnsafeMutableBytes { target in
            cached.withUnsafeBytes { target[range].copyBytes(from: $0[range]) }
        }
    }
}
