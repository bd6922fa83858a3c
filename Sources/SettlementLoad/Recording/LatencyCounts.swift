/// The durations of one latency in a stretch of time, counted in the slots that occur: a few hundred bytes.
///
/// Percentiles are right to two digits, the maximum is exact. Two of them merge without loss.
public struct LatencyCounts: Sendable, Hashable {
    /// Slots that occur, ascending, and how often each does.
    var slots: [UInt16] = []
    var counts: [UInt32] = []
    /// The largest, exact, in nanoseconds; 0 when there is none.
    public internal(set) var max: Int64 = 0

    /// Nothing counted.
    public init() {}

    /// How many have been counted. O(slots).
    public var count: Int64 { counts.reduce(0) { $0 + Int64($1) } }

    /// Whether nothing has been counted.
    public var isEmpty: Bool { slots.isEmpty }

    /// Adds everything that `other` has counted. O(slots of both).
    public mutating func add(_ other: LatencyCounts) {
        if isEmpty || other.isEmpty {
            if isEmpty { self = other }
            return
        }
        var merged = LatencyCounts()
        merged.max = Swift.max(max, other.max)
        merged.slots.reserveCapacity(slots.count + other.slots.count)
        merged.counts.reserveCapacity(slots.count + other.slots.count)
        var (left, right) = (0, 0)
        while left < slots.count || right < other.slots.count {
            if right == other.slots.count || (left < slots.count && slots[left] < other.slots[right]) {
                merged.append(slots[left], counts[left])
                left += 1
            } else if left == slots.count || other.slots[right] < slots[left] {
                merged.append(other.slots[right], other.counts[right])
                right += 1
            } else {
                merged.append(slots[left], counts[left] + other.counts[right])
                (left, right) = (left + 1, right + 1)
            }
        }
        self = merged
    }

    /// Adds a slot above all others.
    mutating func append(_ slot: UInt16, _ count: UInt32) {
        slots.append(slot)
        counts.append(count)
    }

    /// All statistics in one pass; `nil` when nothing was counted. O(slots).
    public var summary: LatencySummary? {
        let total = count
        guard total > 0 else { return nil }
        var summary = LatencySummary(count: total, max: max)
        var wanted = LatencyStatistic.allCases.filter { $0 != .max }[...]
        var seen: Int64 = 0
        for (slot, count) in zip(slots, counts) {
            seen += Int64(count)
            while let statistic = wanted.first, seen >= statistic.rank(of: total) {
                summary[statistic] = Swift.min(LatencySlots.upperEdge(of: Int(slot)), max)
                wanted.removeFirst()
            }
        }
        return summary
    }

    /// The mean in nanoseconds, right to two digits; `nil` when nothing was counted.
    public var mean: Double? {
        let total = count
        guard total > 0 else { return nil }
        let sum = zip(slots, counts).reduce(0.0) { sum, pair in
            let slot = Int(pair.0)
            let middle = Double(LatencySlots.lowerEdge(of: slot) + LatencySlots.upperEdge(of: slot)) / 2
            return sum + middle * Double(pair.1)
        }
        return sum / Double(total)
    }
}

extension LatencyCounts: Codable {
    /// Reads what ``encode(to:)`` wrote.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let words = try container.decode(String.self).split(separator: " ")
        func invalid(_ word: Substring) -> DecodingError {
            .dataCorruptedError(in: container, debugDescription: "'\(word)' is not SLOT or SLOT*COUNT of a histogram")
        }
        guard let first = words.first, let max = Int64(first) else { return }
        self.max = max
        var slot = -1
        for word in words.dropFirst() {
            let parts = word.split(separator: "*", omittingEmptySubsequences: false)
            guard let step = Int(parts[0]), step > 0, let count = parts.count == 1 ? 1 : UInt32(parts[1]), count > 0,
                step < LatencySlots.count - slot
            else { throw invalid(word) }
            slot += step
            append(UInt16(slot), count)
        }
    }

    /// Writes one line of text: the maximum, then for each slot that occurs its distance from the one before it (the first
    /// from −1) and, unless it is 1, `*` and how often.
    public func encode(to encoder: any Encoder) throws {
        var text = "\(max)"
        var last = -1
        for (slot, count) in zip(slots, counts) {
            text += " \(Int(slot) - last)"
            if count != 1 { text += "*\(count)" }
            last = Int(slot)
        }
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}

/// A latency that is being counted: every slot has its place, so recording costs the same whatever is recorded.
struct OpenLatencyCounts: Sendable {
    private var counts = [UInt32](repeating: 0, count: LatencySlots.count)
    private var touched: [UInt16] = []
    private var max: Int64 = 0

    /// Counts `count` equal durations. O(1).
    mutating func record(_ nanoseconds: Int64, count: Int = 1) {
        let slot = LatencySlots.slot(of: nanoseconds)
        if counts[slot] == 0 { touched.append(UInt16(slot)) }
        counts[slot] += UInt32(count)
        max = Swift.max(max, nanoseconds)
    }

    /// What has been counted since the last call. O(slots that occur).
    mutating func take() -> LatencyCounts {
        guard !touched.isEmpty else { return LatencyCounts() }
        touched.sort()
        var taken = LatencyCounts()
        taken.max = max
        taken.slots.reserveCapacity(touched.count)
        taken.counts.reserveCapacity(touched.count)
        for slot in touched {
            taken.append(slot, counts[Int(slot)])
            counts[Int(slot)] = 0
        }
        touched.removeAll(keepingCapacity: true)
        max = 0
        return taken
    }
}
