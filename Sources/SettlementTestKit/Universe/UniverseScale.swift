internal import Settlement

/// The size and the temper of one universe, drawn from its seed: every seed has other rates (a swarm).
struct UniverseScale {
    static let second: Int64 = 1_000_000_000

    var shards: Int
    var regions: Int
    var accounts: Int
    var commands: Int
    /// How long things go wrong, in nanoseconds.
    var chaos: Int64
    var pointSpread: Int64
    var syncLatency: ClosedRange<Int64>
    var segmentBytes: Int
    var snapshotEveryEntries: UInt64
    var admittedCommands: Int
    var batch: Int
    var sweep: Int64
    /// Nemesis: how many of each in a thousand ticks of ``tick``.
    var crashes = 0
    var powerFailures = 0
    var pauses = 0
    var restarts = 0
    var fullDisks = 0
    var clockJumps = 0
    var outages = 0
    /// Callers and subscribers: cases of a thousand.
    var lostReplies = 0
    var impatience = 0
    var droppedNotifications = 0
    var repeatedNotifications = 0
    var lateNotifications = 0
    var unavailableHistory = 0
    var unavailableStandings = 0
    /// Stop orders that meet a payment: cases of a thousand.
    var overtakingPayments = 0
    var disk = DiskFaults()
    var cloud = RegionBehaviour()
    var policy: LedgerPolicy
    var model: ModelPolicy

    static let tick = second

    init(seed: UInt64, faults: SimulationFaults) {
        var draw = Draw(generator: SplitMix64(seed: seed ^ 0x5CA1_AB1E))
        shards = draw.one(of: [1, 2, 3])
        regions = draw.one(of: [1, 2, 3])
        accounts = draw.count(3...9)
        commands = draw.count(30...90)
        chaos = Int64(draw.count(60...150)) * Self.second
        pointSpread = draw.one(of: [0, 1_000, 1_000_000, 50_000_000])
        let sync = draw.one(of: [100_000, 2_000_000, 40_000_000] as [Int64])
        syncLatency = sync / 2...sync * 2
        // Small, so that logs go on in another segment and zeros cost little.
        segmentBytes = draw.one(of: [12, 24]) << 10
        snapshotEveryEntries = UInt64(draw.one(of: [0, 40, 150]))
        admittedCommands = faults.contains(.overload) && draw.isChosen ? draw.count(2...6) : 4_096
        batch = draw.one(of: [1, 2, 64])
        sweep = 60 * Self.second
        let floor = draw.one(of: [0, 0, 2_000] as [Int64])
        let restartsAtFloor = draw.isChosen
        policy = LedgerPolicy(
            restartFloor: Dictionary(uniqueKeysWithValues: Currency.allCases.map { ($0, Amount(minorUnits: floor)) }),
            comparison: restartsAtFloor ? .atLeast : .above,
            keyRetention: 1 << 12
        )
        policy.openBillsMax = draw.one(of: [4, 12, 40])
        model = ModelPolicy(
            offsetMinutes: policy.offsetMinutes,
            restartsAtFloor: restartsAtFloor,
            restartFloor: floor,
            openBillsMax: policy.openBillsMax
        )
        overtakingPayments = draw.one(of: [0, 300, 700])
        drawNemesis(faults, &draw)
        drawDisk(faults, &draw)
        drawCloud(faults, &draw)
    }

    private mutating func drawNemesis(_ faults: SimulationFaults, _ draw: inout Draw) {
        if faults.contains(.crashes) { crashes = draw.rate([5, 20]) }
        if faults.contains(.powerFailures) { powerFailures = draw.rate([5, 20]) }
        if faults.contains(.pauses) { pauses = draw.rate([5, 15]) }
        if faults.contains(.restarts) { restarts = draw.rate([5, 15]) }
        if faults.contains(.diskFull) { fullDisks = draw.rate([10]) }
        if faults.contains(.clock) { clockJumps = draw.rate([10]) }
        if faults.contains(.callers) {
            lostReplies = draw.rate([30, 200])
            impatience = draw.rate([50, 300])
        }
        if faults.contains(.bus) {
            droppedNotifications = draw.rate([50, 300])
            repeatedNotifications = draw.rate([50, 300])
            lateNotifications = draw.rate([50, 300])
            unavailableHistory = draw.rate([200])
            unavailableStandings = draw.rate([30, 200])
        }
    }

    private mutating func drawDisk(_ faults: SimulationFaults, _ draw: inout Draw) {
        disk.survivingSectors = draw.one(of: [0, 100, 500, 900, 1_000])
        if faults.contains(.diskErrors) {
            disk.writeError = draw.rate([2, 10])
            disk.syncError = draw.rate([2, 10])
            disk.readError = draw.rate([2, 10])
        }
        // Seldom: what one disk cannot survive ends the run early.
        if faults.contains(.bitRot), draw.count(1...8) == 1 {
            disk.bitFlip = draw.rate([300, 1_000])
            disk.misdirectedWrite = draw.rate([2_000])
        }
        if faults.contains(.lyingSyncs), draw.count(1...8) == 1 { disk.lyingSync = draw.rate([20, 300]) }
    }

    private mutating func drawCloud(_ faults: SimulationFaults, _ draw: inout Draw) {
        cloud.callLatency = .uniform(0...draw.one(of: [0, 50_000_000, 2_000_000_000]))
        cloud.startDuration = .uniform(0...draw.one(of: [0, 5_000_000_000, 30_000_000_000]))
        cloud.stopDuration = .uniform(0...draw.one(of: [0, 5_000_000_000, 30_000_000_000]))
        guard faults.contains(.regions) else { return }
        outages = draw.rate([5, 20])
        cloud.noStock = draw.share([0.1, 0.5])
        cloud.itemFailure = draw.share([0.1, 0.3])
        cloud.callFailure = draw.share([0.1, 0.3])
        cloud.lostRequest = draw.share([0.05, 0.2])
        cloud.lostReply = draw.share([0.05, 0.2])
        cloud.staleRead = draw.share([0.2, 0.8])
        cloud.stuckStart = draw.share([0.1])
    }
}

/// Draws settings.
private struct Draw {
    var generator: SplitMix64

    var isChosen: Bool { mutating get { Bool.random(using: &generator) } }

    mutating func count(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &generator) }

    mutating func one<Value>(of values: [Value]) -> Value { values[count(0...values.count - 1)] }

    /// Half of the universes do without.
    mutating func rate(_ rates: [Int]) -> Int { isChosen ? one(of: rates) : 0 }

    mutating func share(_ shares: [Double]) -> Double { isChosen ? one(of: shares) : 0 }
}
