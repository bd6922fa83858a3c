public import SettlementLedger

/// What a run will do, counted before it begins.
public struct LoadPlan: Sendable, Hashable {
    /// Arrivals of one stage.
    public struct Stage: Sendable, Hashable {
        /// Its name.
        public var name: String
        /// When it begins, in nanoseconds after the beginning of the run.
        public var start: Int64
        /// When it ends.
        public var end: Int64
        /// How many arrive, by kind in the order of ``ArrivalKind``.
        public var arrivals: [Int]

        /// Callers in a closed loop, by kind; how often they call depends on the answers.
        public var callers: [CallerGroup?]

        /// How many of `kind` arrive.
        public func count(of kind: ArrivalKind) -> Int { arrivals[kind.rawValue] }
    }

    /// Accounts.
    public var accounts = 0
    /// Those in arrears at the beginning.
    public var suspended = 0
    /// Bills at the beginning.
    public var bills = 0
    /// Instances.
    public var instances = 0
    /// Sum of all bills, fractions rounded down bill by bill.
    public var billed = Amount.zero
    /// The stages.
    public var stages: [Stage] = []
    /// Arrivals by kind in ``windowCount`` windows of equal length over the whole run: their shape.
    public var windows: [[Int]] = ArrivalKind.allCases.map { _ in [Int](repeating: 0, count: windowCount) }
    /// Windows of the shape.
    public static let windowCount = 60
    /// Fingerprint of every account, bill, instance and arrival: equal plans are equal to the last byte.
    public var arrivalsDigest = Digest()

    /// About how much memory a run takes, in bytes, from what runs of all sizes were measured to take.
    public var expectedMemoryBytes: Int64 {
        let arrivals = stages.reduce(0) { $0 + $1.arrivals.reduce(0, +) }
        return 55_000_000 + Int64(accounts) * 250 + Int64(bills) * 100 + Int64(instances) * 1_300
            + Int64(min(arrivals, 4_000_000)) * 110
    }

    /// Goes once through all accounts and all arrivals.
    ///
    /// - Complexity: O(bills + arrivals) time, constant memory beyond the population.
    public init(_ profile: LoadProfile, population: Population) {
        var chunk = PopulationChunk()
        for start in stride(from: 0, to: population.accountCount, by: 4_096) {
            population.fill(&chunk, with: start..<min(start + 4_096, population.accountCount))
            chunk.fold(into: &arrivalsDigest)
            accounts += chunk.accounts.count
            bills += chunk.bills.count
            instances += chunk.instances.count
            billed = chunk.bills.reduce(billed) { $0 + $1.amount }
        }
        suspended = population.suspendedAccounts.count
        var start: Int64 = 0
        for stage in profile.stages {
            let end = start + stage.durationNanoseconds
            stages.append(
                Stage(
                    name: stage.name,
                    start: start,
                    end: end,
                    arrivals: ArrivalKind.allCases.map { _ in 0 },
                    callers: ArrivalKind.allCases.map { stage.load($0)?.callers }
                )
            )
            start = end
        }
        var schedule = ArrivalSchedule(profile, population: population)
        var stage = 0
        while let arrival = schedule.next() {
            while arrival.time >= stages[stage].end { stage += 1 }
            stages[stage].arrivals[arrival.kind.rawValue] += 1
            let window = Int128(arrival.time) * Int128(Self.windowCount) / Int128(start)
            windows[arrival.kind.rawValue][Int(window)] += 1
            arrivalsDigest.combine(UInt64(bitPattern: arrival.time))
            arrivalsDigest.combine(UInt64(arrival.account) << 8 | UInt64(arrival.kind.rawValue))
            arrivalsDigest.combine(UInt64(bitPattern: arrival.amount.minorUnits) ^ arrival.draw)
        }
    }
}
