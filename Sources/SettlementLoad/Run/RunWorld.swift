internal import Settlement
internal import SettlementJournal

/// What a run takes place in: this machine and its time, or a calibrated model of it in virtual time.
struct RunWorld: Sendable {
    /// Monotonic time; business time is the profile's.
    let clock: any SettlementClock
    /// How long work takes; `nil`: as long as it takes.
    let calibration: CalibrationProfile?
    /// Between two looks at the run's progress, in nanoseconds.
    let tickNanoseconds: Int64
    /// How long the run waits after its last stage for instances that are still on their way, in nanoseconds.
    let drainNanoseconds: Int64

    /// This machine, looked at ten times a second.
    static func real(_ options: RunOptions) -> RunWorld {
        RunWorld(
            clock: SystemClock(),
            calibration: nil,
            tickNanoseconds: RunSeries.minimumWidth,
            drainNanoseconds: options.drainNanoseconds
        )
    }

    /// Virtual time. A long run is looked at a thousand times, so that quiet spans cost nothing.
    static func virtual(_ clock: any SettlementClock, _ profile: LoadProfile, _ options: RunOptions) -> RunWorld {
        RunWorld(
            clock: clock,
            calibration: profile.calibration,
            tickNanoseconds: max(RunSeries.minimumWidth, profile.durationNanoseconds / 1_000),
            drainNanoseconds: max(options.drainNanoseconds, 3_600_000_000_000)
        )
    }

    var isVirtual: Bool { calibration != nil }

    /// What this process has used so far; `nil`: it does not matter.
    var usage: ProcessUsage? { isVirtual ? nil : .current() }

    var host: HostFacts { isVirtual ? .virtual : .current() }

    /// Where the pool keeps its facts.
    func journal(_ pool: PoolProfile, directory: RunDirectory?, seed: UInt64) -> JournalChoice {
        if let calibration {
            guard pool.journal == .file, pool.sync == .full else { return .memory }
            return .custom(
                CalibratedJournal(shardCount: pool.shards, calibration, seed: seed, clock: clock)
            )
        }
        guard let directory else { return .memory }
        return .file(
            JournalConfiguration(
                directory: directory.journalPath,
                shardCount: pool.shards,
                groupBytesMax: pool.groupBytes,
                sync: pool.sync == .full ? .full : .off
            )
        )
    }

    /// How long a shard's work takes; `nil`: as long as it takes.
    func serviceModel(seed: UInt64, board: FaultBoard) -> (@Sendable (Int) -> any ServiceModel)? {
        if let calibration { return calibration.services(seed: seed, board: board, clock: clock) }
        guard board.has(.slowShard) else { return nil }
        return { [clock] shard in SlowedService(board, shard: shard, clock: clock) }
    }
}
