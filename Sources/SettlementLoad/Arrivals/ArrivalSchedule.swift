internal import SettlementLedger

/// Everything that arrives in a run by its own clock, in the order of its intended times; a function of profile and seed
/// alone. What callers in a closed loop ask for depends on the answers and is not part of it.
///
/// Arrivals are made when they are asked for, so a run of any length needs no more memory.
public struct ArrivalSchedule: Sendable {
    private var streams: [ArrivalStream]
    private var pending: [Arrival?]

    /// - Complexity: O(suspended accounts): their clearing amounts are worked out here.
    public init(_ profile: LoadProfile, population: Population) {
        self.init(profile, population: population, suspended: SuspendedOrder(profile: profile, population: population))
    }

    init(_ profile: LoadProfile, population: Population, suspended: SuspendedOrder) {
        streams = ArrivalKind.allCases.map {
            ArrivalStream(kind: $0, profile: profile, population: population, suspended: suspended)
        }
        pending = streams.indices.map { _ in nil }
        for index in streams.indices { pending[index] = streams[index].next() }
    }

    /// The intended time of the next arrival; `nil` at the end.
    public var nextTime: Int64? { pending.compactMap { $0?.time }.min() }

    /// The next arrival; of several at one instant the kind declared first.
    public mutating func next() -> Arrival? {
        var earliest: Int?
        for index in pending.indices {
            guard let time = pending[index]?.time else { continue }
            if let best = earliest, let bestTime = pending[best]?.time, bestTime <= time { continue }
            earliest = index
        }
        guard let earliest else { return nil }
        defer { pending[earliest] = streams[earliest].next() }
        return pending[earliest]
    }

    /// Appends the arrivals before `time`, at most `limit` of them, to `batch`.
    public mutating func take(before time: Int64, limit: Int, into batch: inout [Arrival]) {
        var taken = 0
        while taken < limit, let due = nextTime, due < time, let arrival = next() {
            batch.append(arrival)
            taken += 1
        }
    }
}

/// The open-loop arrivals of one kind through all stages.
struct ArrivalStream: Sendable {
    private let kind: ArrivalKind
    private let profile: LoadProfile
    private let population: Population
    private let suspended: SuspendedOrder

    private var stage = -1
    private var stageStart: Int64 = 0
    private var times: ArrivalTimes?
    private var maker: ArrivalMaker?
    private var random: RandomStream
    private var number: UInt64 = 0
    /// How many suspended accounts have been taken in their order; it goes on from stage to stage.
    private var taken = 0

    init(kind: ArrivalKind, profile: LoadProfile, population: Population, suspended: SuspendedOrder) {
        self.kind = kind
        self.profile = profile
        self.population = population
        self.suspended = suspended
        self.random = RandomStream(seed: profile.seed, purpose: kind.purpose)
    }

    mutating func next() -> Arrival? {
        while true {
            if let time = times?.next(&random), let maker {
                defer { number += 1 }
                return maker.arrival(at: stageStart + time, number: number, position: &taken, random: &random)
            }
            guard beginNextStage() else { return nil }
        }
    }

    private mutating func beginNextStage() -> Bool {
        guard stage + 1 < profile.stages.count else { return false }
        if stage >= 0 { stageStart += profile.stages[stage].durationNanoseconds }
        stage += 1
        random = RandomStream(seed: profile.seed, purpose: kind.purpose, item: UInt64(stage))
        maker = ArrivalMaker(kind, in: profile.stages[stage], population: population, suspended: suspended)
        times = nil
        if let load = profile.stages[stage].load(kind), load.callers == nil {
            times = ArrivalTimes(load.timing, duration: profile.stages[stage].durationNanoseconds)
        }
        return true
    }
}
