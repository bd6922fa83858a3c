internal import Settlement
internal import SettlementJournal

/// Where the settlement path meets the world. A universe passes every port through these, so that a test can plant a bug
/// in one of them and see whether the auditor finds it; without a bug each gives back what it was given.
struct UniversePorts: Sendable {
    var storage: @Sendable (any JournalStorage) -> any JournalStorage = { $0 }
    var journal: @Sendable (any Journal) -> any Journal = { $0 }
    /// Cells on their way from the disk to the ledgers.
    var recovered: @Sendable (RecoveredPart, [UInt8]) -> [UInt8] = { $1 }
    var clock: @Sendable (any SettlementClock) -> any SettlementClock = { $0 }
    var standings: @Sendable (any StandingSource) -> any StandingSource = { $0 }
    var driver: @Sendable (any InstanceDriver) -> any InstanceDriver = { $0 }
    /// A command that is asked for again after its answer was lost.
    var repeated: @Sendable (Command) -> Command = { $0 }
    var regionSettings: @Sendable (RegionSettings) -> RegionSettings = { $0 }
    /// Whether a subscriber acknowledges before it has acted.
    var acknowledgesEarly = false
}
