internal import Logging
internal import Settlement
internal import SettlementJournal

/// One process: from opening the journal to its death. Confined to the thread of its universe.
final class Life: @unchecked Sendable {
    let number: Int
    let node: SimulatedNode
    let pool: SettlementPool
    let journal: any Journal
    /// By region, what its controller was told last of each account, and when.
    var told: [[AccountID: (standing: Standing, at: Int64)]]
    /// The pool has answered the auditor.
    var isAudited = false
    /// The pool was shut down in order.
    var isDown = false

    init(number: Int, node: SimulatedNode, pool: SettlementPool, journal: any Journal, regions: Int) {
        self.number = number
        self.node = node
        self.pool = pool
        self.journal = journal
        self.told = [[AccountID: (standing: Standing, at: Int64)]](repeating: [:], count: regions)
    }
}

extension Universe {
    /// Starts a process on the disk. While another one lives it must not come up.
    func boot() {
        guard !isHalted else { return }
        lives += 1
        let node = simulation.makeNode("node-\(lives)")
        armCrash(of: node)
        do throws(PoolOpenError) {
            let (pool, journal) = try open(on: node)
            // A crash in the last calls of the opening, whose errors it would have lived with.
            guard node.state != .dead else { return retryBoot() }
            let heads = (0..<scale.shards).map { journal.stagedSequence(shard: $0) }
            if let life, life.node.state != .dead {
                auditor.report(
                    .opens,
                    "a second process opened the journal while \(life.node.name) was \(life.node.state)"
                )
            }
            trace("\(node.name) recovered \(heads)")
            counts.recoveries += 1
            let isWhole = auditor.recovered(heads: heads, isExcused: disk.counters.lies + disk.counters.damages > 0)
            guard isWhole else { return halt(node) }
            let life = Life(number: lives, node: node, pool: pool, journal: journal, regions: regions.count)
            self.life = life
            start(life)
        } catch {
            node.kill()
            refused(error)
        }
    }

    private func open(on node: SimulatedNode) throws(PoolOpenError) -> (SettlementPool, any Journal) {
        let simulation = simulation
        let auditor = auditor
        let ports = ports
        let storage = ports.storage(disk.storage(for: node))
        let workers = SimulatedWorkers(on: node, of: simulation, latency: scale.syncLatency)
        var configuration = JournalConfiguration(
            directory: "simulated",
            shardCount: scale.shards,
            segmentBytes: scale.segmentBytes,
            groupBytesMax: 8 << 10,
            lowWaterBytes: 16 << 10,
            newIdentity: seed | 1
        )
        configuration.anchorIntervalNanoseconds = UniverseScale.second / 2
        let settings = configuration
        let logger = logger
        let made = Made()
        let choice = JournalChoice.opened { (recovery) throws(JournalOpenError) in
            let file = try FileJournal.open(settings, storage: storage, workers: workers, logger: logger) {
                part,
                bytes in
                auditor.recovered(part, bytes)
                let cells = ports.recovered(part, bytes.withUnsafeBytes { Array($0) })
                try recovery(part, cells.span.bytes)
            }
            made.journal = file
            let simulated = SimulatedJournal(file, in: simulation) { shard, sequence, cells in
                if !node.isGone { auditor.staged(Entry.entries(in: cells), shard: shard, after: sequence) }
            }
            return ports.journal(simulated)
        }
        let pool = try SettlementPool.open(
            poolConfiguration,
            journal: choice,
            clock: ports.clock(simulation.clock),
            observer: NoPathObserver(),
            logger: logger
        )
        guard let journal = made.journal else { preconditionFailure("a pool opened without its journal") }
        return (pool, journal)
    }

    /// Carries the journal out of a closure that must be sendable.
    private final class Made: @unchecked Sendable {
        var journal: (any Journal)?
    }

    private var poolConfiguration: PoolConfiguration {
        var configuration = PoolConfiguration()
        configuration.shardCount = scale.shards
        configuration.policy = scale.policy
        configuration.admittedCommandsMax = scale.admittedCommands
        configuration.interactiveBatchMax = scale.batch
        configuration.snapshotEveryEntries = scale.snapshotEveryEntries
        configuration.housekeepingNanoseconds = 5 * UniverseScale.second
        return configuration
    }

    private func start(_ life: Life) {
        let pool = life.pool
        life.node.spawn { try? await pool.run() }
        life.node.spawn { await self.readEverything(in: life) }
        life.node.spawn { await self.witness(life) }
        startControllers(of: life)
        for month in pendingMonths { close(month) }
    }

    /// The journal did not open. That is right if somebody has it, if a call failed, or if it is damaged.
    private func refused(_ error: PoolOpenError) {
        trace("not opened: \(error)")
        simulation.note(UInt64(error.description.utf8.count))
        switch error.journal.code {
        case .locked where life.map { $0.node.state != .dead } ?? false: return
        case .unreadable, .diskFull, .exhausted: retryBoot()
        case .damaged, .missing, .foreign, .behind, .noUsableSnapshot, .unknownVersion, .replayRefused, .locked,
            .shardCountMismatch, .badConfiguration:
            if disk.counters.damages + disk.counters.lies > 0 {
                counts.refusals += 1
                isHalted = true
            } else {
                auditor.report(.opens, "the journal of a healthy disk was refused: \(error)")
                isHalted = true
            }
        }
    }

    /// What a lying disk has lost cannot be made up for.
    private func halt(_ node: SimulatedNode) {
        node.kill()
        counts.refusals += 1
        isHalted = true
    }

    func retryBoot() {
        simulation.schedule(afterNanoseconds: UniverseScale.second + simulation.random(below: 5 * UniverseScale.second))
        {
            if self.life == nil { self.boot() }
        }
    }

    /// The process is gone; its callers do not know what became of their commands.
    func bury(_ life: Life, powerFails: Bool) {
        guard self.life === life else { return }
        trace("\(life.node.name) died\(powerFails ? ", power failed" : "")")
        life.node.kill()
        if powerFails { disk.losePower() } else { disk.releaseLock() }
        counts.crashes += 1
        self.life = nil
        for request in requests where !request.isAnswered { repeatLater(request) }
        retryBoot()
    }

    /// Some lives end in the middle of a storage call, and trouble does not come alone: a machine that has just lost a
    /// process often loses its power while the next one starts.
    private func armCrash(of node: SimulatedNode) {
        disk.onCall = nil
        let isUnlucky = diedInCall && scale.powerFailures > 0 && simulation.happens(perMille: 900)
        diedInCall = false
        guard !isHealing, scale.crashes + scale.powerFailures > 0 else { return }
        guard isUnlucky || simulation.happens(perMille: 700) else { return }
        // Before one of the first syncs, somewhere while it opens, or somewhere in its commits.
        let reach = isUnlucky ? 3 : [4, 4, 4, 40, 400][Int(simulation.random(below: 5))]
        let powerFails = isUnlucky || scale.powerFailures > 0 && simulation.happens(perMille: 400)
        var left = 1 + simulation.random(below: Int64(reach))
        disk.onCall = { [weak self] call in
            guard let self, node.state == .running, !self.isHealing, reach > 4 || call == "fdatasync" else { return }
            left -= 1
            if left == 0 { self.die(node, powerFails: powerFails) }
        }
    }

    /// The process ends here and now; the world learns of it when the call has returned.
    private func die(_ node: SimulatedNode, powerFails: Bool) {
        disk.onCall = nil
        diedInCall = !powerFails
        node.kill()
        simulation.schedule(afterNanoseconds: 0) { [self] in
            if let life, life.node === node {
                bury(life, powerFails: powerFails)
            } else if life == nil {
                if powerFails { disk.losePower() } else { disk.releaseLock() }
            }
        }
    }

    /// Compares every account with the books, before anything else happens to it.
    func readEverything(in life: Life) async {
        for account in workload.accounts {
            let first = auditor.version(of: account)
            guard let view = try? await life.pool.account(account), !life.node.isGone else { continue }
            guard let bills = try? await life.pool.openBills(of: account), !life.node.isGone else { continue }
            guard let funds = try? await life.pool.funds(of: account), !life.node.isGone else { continue }
            advanceAuditor()
            if auditor.version(of: account) == first { auditor.check(view, bills, funds, of: account) }
        }
    }
}
