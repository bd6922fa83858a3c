internal import CAllocationCount
internal import Settlement

/// What one run of something has cost.
struct Sample: Sendable {
    /// How often it was done.
    var items = 0
    /// Elapsed time in nanoseconds.
    var wall: Int64 = 0
    /// Time of all threads on a core, in nanoseconds: hardly moved by other load of the machine.
    var cpu: Int64 = 0

    var rate: Double { Double(items) / Double(wall) * 1e9 }
    var nanosecondsEach: Double { Double(wall) / Double(items) }
    var cpuNanosecondsEach: Double { Double(cpu) / Double(items) }
    /// Cores kept busy on average.
    var cores: Double { Double(cpu) / Double(wall) }

    static func + (a: Self, b: Self) -> Self {
        Sample(items: a.items + b.items, wall: a.wall + b.wall, cpu: a.cpu + b.cpu)
    }

    /// Measures `body`, which returns how many items it did.
    static func measure(_ body: () async throws -> Int) async rethrows -> Sample {
        let started = (wall: SystemClock().monotonicNanoseconds, cpu: processNanoseconds())
        let items = try await body()
        let cpu = processNanoseconds() - started.cpu
        return Sample(items: items, wall: SystemClock().monotonicNanoseconds - started.wall, cpu: cpu)
    }
}

extension Sequence<Sample> {
    /// The sample with the median time an item; of an even number the slower one of the middle.
    var median: Sample {
        let ordered = sorted { $0.nanosecondsEach < $1.nanosecondsEach }
        precondition(!ordered.isEmpty, "a median needs a sample")
        return ordered[ordered.count / 2]
    }
}

/// Heap blocks that `body` requests for each of its items, on all threads.
func allocationsEach(_ body: () async throws -> Int) async rethrows -> Double {
    allocation_count_set(true)
    defer { allocation_count_set(false) }
    let items = try await body()
    return Double(allocation_count()) / Double(items)
}

/// Quantiles of some measured nanoseconds.
struct Quantiles {
    private let ordered: [Int64]

    init(_ nanoseconds: [Int64]) { ordered = nanoseconds.sorted() }

    var count: Int { ordered.count }

    /// - Parameter quantile: 0 through 1.
    func microseconds(_ quantile: Double) -> Double {
        guard let last = ordered.last else { return 0 }
        let place = Int((quantile * Double(ordered.count)).rounded(.down))
        return Double(place < ordered.count ? ordered[place] : last) / 1_000
    }
}
