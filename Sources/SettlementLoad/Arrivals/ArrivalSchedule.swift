public import SettlementLedger

/// What arrives.
public enum ArrivalKind: Int, Sendable, Hashable, CaseIterable {
    /// A recharge.
    case recharge
    /// A manual write-off of one chosen bill.
    case writeOff
    /// A new bill.
    case bill
    /// A read.
    case query
}

/// Something that arrives at its own time, however busy the system is.
public struct Arrival: Sendable, Hashable {
    /// When it is meant to arrive, in nanoseconds after the beginning of the run.
    public var time: Int64
    /// What arrives.
    public var kind: ArrivalKind
    /// Which account it is about, by index in the population.
    public var account: UInt32
    /// Its number among the arrivals of its kind; with the seed it makes an idempotency key.
    public var number: UInt64
    /// For recharges: what is paid in.
    public var amount: Amount
    /// A random number that chooses the bill or shapes a new one.
    public var draw: UInt64
}

/// Everything that arrives in a run, in the order of its intended times; a function of profile and seed alone.
///
/// Arrivals are made when they are asked for, so a run of any length needs no more memory.
public struct ArrivalSchedule: Sendable {
    private var streams: [ArrivalStream]
    private var pending: [Arrival?]

    /// - Complexity: O(suspended accounts): their clearing amounts are worked out here.
    public init(_ profile: LoadProfile, population: Population) {
        let suspended = SuspendedOrder(profile: profile, population: population)
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

/// The suspended accounts in the order in which they pay, with what clears each.
struct SuspendedOrder: Sendable {
    let accounts: [UInt32]
    let clearingAmounts: [Amount]

    init(profile: LoadProfile, population: Population) {
        var accounts = population.suspendedAccounts
        var random = RandomStream(seed: profile.seed, purpose: .rechargeOrder)
        for index in accounts.indices.dropFirst().reversed() {
            accounts.swapAt(index, Int(random.next(below: UInt64(index + 1))))
        }
        self.accounts = accounts
        let clears = profile.stages.contains { $0.recharges?.amount == .clears }
        var amounts: [Amount] = []
        var chunk = PopulationChunk()
        for start in stride(from: 0, to: clears ? accounts.count : 0, by: 1_024) {
            population.fill(&chunk, with: accounts[start..<min(start + 1_024, accounts.count)].lazy.map { Int($0) })
            amounts.append(contentsOf: chunk.accounts.lazy.map(\.clearingAmount))
        }
        clearingAmounts = amounts
    }
}

/// The arrivals of one kind through all stages.
struct ArrivalStream: Sendable {
    private let kind: ArrivalKind
    private let stages: [StageProfile]
    private let seed: UInt64
    private let population: Population
    private let suspended: SuspendedOrder

    private var stage = -1
    private var stageStart: Int64 = 0
    private var times: ArrivalTimes?
    private var random: RandomStream
    private var amounts: Sampler?
    private var number: UInt64 = 0
    /// How many suspended accounts have been taken in their order; it goes on from stage to stage.
    private var taken = 0

    init(kind: ArrivalKind, profile: LoadProfile, population: Population, suspended: SuspendedOrder) {
        self.kind = kind
        self.stages = profile.stages
        self.seed = profile.seed
        self.population = population
        self.suspended = suspended
        self.random = RandomStream(seed: profile.seed, purpose: kind.purpose)
    }

    mutating func next() -> Arrival? {
        while true {
            if let time = times?.next(&random), let load = stages[stage].load(kind) {
                return arrival(at: stageStart + time, load)
            }
            guard beginNextStage() else { return nil }
        }
    }

    private mutating func beginNextStage() -> Bool {
        guard stage + 1 < stages.count else { return false }
        if stage >= 0 { stageStart += stages[stage].durationNanoseconds }
        stage += 1
        random = RandomStream(seed: seed, purpose: kind.purpose, item: UInt64(stage))
        times = stages[stage].load(kind).map { ArrivalTimes($0, duration: stages[stage].durationNanoseconds) }
        amounts = nil
        if kind == .recharge, case .distributed(let distribution) = stages[stage].recharges?.amount {
            amounts = Sampler(distribution)
        }
        return true
    }

    private mutating func arrival(at time: Int64, _ load: ArrivalLoad) -> Arrival {
        let draw = random.next()
        var account = UInt32(random.next(below: UInt64(population.accountCount)))
        var amount = Amount.zero
        if load.accounts == .suspended, !suspended.accounts.isEmpty {
            let position = taken % suspended.accounts.count
            account = suspended.accounts[position]
            if !suspended.clearingAmounts.isEmpty { amount = suspended.clearingAmounts[position] }
            taken += 1
        } else if kind == .recharge {
            // Somebody who owes nothing pays a round sum.
            amount = Amount(minorUnits: 100 * population.currency(ofAccount: Int(account)).minorUnitsPerMajor)
        }
        if let amounts { amount = Amount(minorUnits: amounts.next(&random)) }
        defer { number += 1 }
        return Arrival(time: time, kind: kind, account: account, number: number, amount: amount, draw: draw)
    }
}

extension ArrivalKind {
    fileprivate var purpose: RandomStream.Purpose {
        switch self {
        case .recharge: .recharges
        case .writeOff: .writeOffs
        case .bill: .bills
        case .query: .queries
        }
    }
}

extension StageProfile {
    /// The load of one kind.
    public func load(_ kind: ArrivalKind) -> ArrivalLoad? {
        switch kind {
        case .recharge: recharges?.arrivals
        case .writeOff: writeOffs
        case .bill: bills
        case .query: queries
        }
    }
}
