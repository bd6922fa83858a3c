/// How long the pool's own work takes in virtual time, where nothing takes time by itself. Times are nanoseconds.
///
/// The defaults are what a release build was measured to take on two cores of an x86-64 machine with a virtio disk. What
/// the cloud takes is a matter of its ``RegionProfile``.
public struct CalibrationProfile: Sendable, Hashable {
    /// What a shard takes for each command, and for each bill of a month end.
    public var command = Distribution.constant(300)
    /// What a shard takes each time it turns to another batch.
    public var batch = Distribution.constant(5_000)
    /// What the journal takes to make a group durable.
    public var sync: Distribution = {
        var sync = Distribution(lognormalMean: 150_000, from: 80_000, through: 10_000_000)
        sync.spreadThousandths = 300
        return sync
    }()
    /// What the journal takes beyond that for each 1,024 bytes of the group.
    public var syncPerKiB: Int64 = 1_000
    /// Cores that the shards share: so many of them work at a time.
    public var cores = 2

    /// The defaults.
    public init() {}
}

extension Grammar where Value == CalibrationProfile {
    static let calibration: Grammar = {
        let command = Key(
            "command",
            .distribution(of: .duration),
            "What a shard takes for each command, and for each bill of a month end; 300ns unless given."
        )
        let batch = Key(
            "batch",
            .distribution(of: .duration),
            "What a shard takes each time it turns to another batch; 5us unless given."
        )
        let sync = Key(
            "sync",
            .distribution(of: .duration),
            "What the journal takes to make a group durable; about 150us unless given."
        )
        let syncPerKiB = Key(
            "syncPerKiB",
            .duration(),
            "What the journal takes beyond that for each KiB of the group; 1us unless given."
        )
        let cores = Key("cores", .count(1...1_024), "Cores that the shards share; 2 unless given.")
        return .object("calibration", keys: [command, batch, sync, syncPerKiB, cores]) { reader in
            var calibration = CalibrationProfile()
            reader.read(command) { calibration.command = $0 }
            reader.read(batch) { calibration.batch = $0 }
            reader.read(sync) { calibration.sync = $0 }
            reader.read(syncPerKiB) { calibration.syncPerKiB = $0 }
            reader.read(cores) { calibration.cores = Int($0) }
            return calibration
        }
    }()
}
