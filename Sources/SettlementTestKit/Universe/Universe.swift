internal import Logging
internal import Settlement
internal import SettlementJournal

/// One seeded world: the unmodified pool, shards, bus, controllers and month end on a disk and in clouds that fail, callers
/// that lose patience, and an auditor that believes none of them.
///
/// First everything goes wrong for a while. Then the faults stop, and the world must come to rest in a state that the
/// auditor can explain.
///
/// Confined to the thread that runs it, which is why it may call itself sendable.
public final class Universe: @unchecked Sendable {
    let seed: UInt64
    let faults: SimulationFaults
    let simulation: Simulation
    let scale: UniverseScale
    let disk: SimulatedDisk
    let auditor: Auditor
    let regions: [SimulatedRegion]
    let workload: Workload
    var ports = UniversePorts()
    var counts = SimulationReport.Counts()
    /// Told what happens, line by line, with the virtual time in nanoseconds.
    public var onTrace: ((Int64, String) -> Void)?

    /// The process that serves now.
    var life: Life?
    var lives = 0
    var requests: [Request] = []
    /// How far the witness has come; it survives every crash.
    var witnessCursor: BusCursor
    /// The last process died in the middle of a storage call.
    var diedInCall = false
    /// A damaged journal has refused to open, as it should.
    var isHalted = false
    var isHealing = false
    var pendingMonths: [Month] = []
    /// Months that were closed, and the ranges of accounts that there were then.
    var closedMonths: [(month: Month, ranges: Int)] = []
    /// Business time of the last end of a month that was seen.
    var latestMonthEnd: Int64 = 0
    /// The wall clock was moved.
    var hasJumped = false
    /// Stop orders that the cloud has not answered. Looked up, never iterated.
    var stopsOnTheirWay: [AccountID: Int] = [:]
    /// By account, the epoch of its last payment that met a suspension on its way. Looked up, never iterated.
    var overtakings: [AccountID: UInt32] = [:]
    /// Carries orders to the clouds when the process that gave them may be dead already.
    private(set) lazy var network = simulation.makeNode("network")
    let logger = Logger(label: "simulation") { _ in SwiftLogNoOpLogHandler() }

    /// A world of one seed.
    public init(seed: UInt64, faults: SimulationFaults = .all) {
        self.seed = seed
        self.faults = faults
        let simulation = Simulation(seed: seed, interleaving: .points)
        let scale = UniverseScale(seed: seed, faults: faults)
        self.simulation = simulation
        self.scale = scale
        simulation.pointSpread = scale.pointSpread
        // Half of the chaos is before the end of the month.
        let november = Month(year: 2026, month: 11).start(offsetMinutes: 480).rawValue
        simulation.wallOffset = november - scale.chaos / 2
        disk = SimulatedDisk(simulation: simulation)
        disk.faults = scale.disk
        auditor = Auditor(policy: scale.model, shardCount: scale.shards) { simulation.now }
        regions = (0..<scale.regions).map { number in
            SimulatedRegion(
                region: RegionID(UInt8(number)),
                behaviour: scale.cloud,
                clock: simulation.clock,
                seed: seed &+ UInt64(number) &+ 1
            )
        }
        witnessCursor = BusCursor(sequences: auditor.witnessed)
        workload = Workload(seed: seed, accounts: scale.accounts, regions: scale.regions, policy: scale.model)
    }

    /// Runs the world from its beginning to its rest. Once.
    public func run() -> SimulationReport {
        workload.populate(regions)
        auditor.onClearing = { [unowned self] account, epoch in cleared(account, epoch: epoch) }
        if onTrace != nil { auditor.onCommand = { [unowned self] line in trace(line) } }
        boot()
        for command in workload.openings { ask(Request([command], lane: .interactive)) }
        scheduleCommands()
        scheduleNemesis()
        let end = simulation.now + scale.chaos
        simulation.advance { simulation.now >= end || isHalted }
        if !isHalted { heal() }
        let unfinished = simulation.end()
        if unfinished > 0 { auditor.report(.ends, "\(unfinished) tasks did not end when they were cancelled") }
        counts.steps = simulation.steps
        counts.entries = auditor.entriesApplied
        counts.starts = regions.reduce(0) { $0 + $1.counters.started }
        counts.stops = regions.reduce(0) { $0 + $1.counters.stopped }
        counts.powerFailures = disk.counters.powerFailures
        return SimulationReport(
            seed: seed,
            faults: faults,
            violations: auditor.violations,
            digest: simulation.digest,
            counts: counts
        )
    }

    func trace(_ text: @autoclosure () -> String) {
        guard let onTrace, !simulation.isEnding else { return }
        onTrace(simulation.now, text())
    }

    /// Lets the auditor take in what the journal has made durable since.
    func advanceAuditor() {
        guard let life, !life.node.isGone else { return }
        for shard in 0..<scale.shards {
            auditor.advance(shard: shard, through: life.journal.durableSequence(shard: shard))
        }
    }
}
