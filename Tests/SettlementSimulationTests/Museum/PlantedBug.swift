import Testing
import Settlement
import Testing

@testable import SettlementTestKit

/// A bug that somebody somewhere has shipped, planted in one of a universe's ports.
struct PlantedBug: Sendable, CustomTestStringConvertible {
    /// What the code does that it should not.
    var name: String
    /// Kinds of faults without which it does no harm.
    var faults: SimulationFaults
    /// The promise that it breaks; `nil`: whichever shows first.
    var breaks: Invariant?
    var plant: @Sendable (inout UniversePorts) -> Void

    var testDescription: String { name }

    static let museum: [PlantedBug] = journalBugs + diskBugs + recoveryBugs + callerBugs + controllerBugs

    private static let crashes: SimulationFaults = [.crashes, .powerFailures, .callers]

    private static let journalBugs = [
        PlantedBug(name: "acknowledges before the sync", faults: crashes) { ports in
            ports.journal = { ImpatientJournal($0, patience: nil) }
        },
        PlantedBug(name: "acknowledges after a timeout", faults: crashes) { ports in
            ports.journal = { ImpatientJournal($0, patience: 4) }
        },
        PlantedBug(name: "writes another amount than it decided", faults: crashes) { ports in
            ports.journal = { AlteringJournal($0) }
        },
        PlantedBug(name: "begins a snapshot before its first section", faults: crashes) { ports in
            ports.journal = { HastyJournal($0) }
        },
    ]

    private static let diskBugs = [
        PlantedBug(name: "names a group in the anchor before it is durable", faults: crashes) {
            $0.storage = { CarelessStorage($0, .skipsFirstSync) }
        },
        PlantedBug(name: "believes that the disk has the anchor it reads", faults: crashes) {
            $0.storage = { CarelessStorage($0, .trustsAnchor) }
        },
        PlantedBug(name: "skips the sync of files", faults: crashes) {
            $0.storage = { CarelessStorage($0, .skipsSync) }
        },
        PlantedBug(name: "skips the sync of the directory", faults: crashes) {
            $0.storage = { CarelessStorage($0, .skipsDirectorySync) }
        },
        PlantedBug(name: "repeats a failed sync", faults: crashes.union(.diskErrors)) {
            $0.storage = { CarelessStorage($0, .repeatsSync) }
        },
        PlantedBug(name: "takes a read error for the end of the file", faults: crashes.union(.diskErrors)) {
            $0.storage = { CarelessStorage($0, .readsErrorsAsEnd) }
        },
        PlantedBug(name: "does not lock its directory", faults: crashes.union(.pauses)) {
            $0.storage = { CarelessStorage($0, .skipsLock) }
        },
    ]

    private static let recoveryBugs = [
        PlantedBug(name: "forgets idempotency keys at a restart", faults: crashes) { ports in
            ports.recovered = { part, bytes in
                guard case .cells = part else { return bytes }
                return bytes.mappingEntries { entry in
                    guard entry.isBody else { return }
                    (entry.keyHigh, entry.keyLow) = (0, 0)
                }
            }
        },
        PlantedBug(name: "recovers recharges with fees", faults: crashes) { ports in
            ports.recovered = { part, bytes in
                guard case .cells = part else { return bytes }
                return bytes.mappingEntries { if $0.kind == .recharged { $0.amount -= 1 } }
            }
        },
    ]

    private static let callerBugs = [
        PlantedBug(name: "asks again with a new key", faults: crashes) { ports in
            ports.repeated = { command in
                var command = command
                if command.key != .none { command.key.high &+= 1 }
                return command
            }
        },
        PlantedBug(name: "acknowledges a notification before it has acted", faults: crashes) {
            $0.acknowledgesEarly = true
        },
    ]

    private static let controllerBugs = [
        PlantedBug(name: "takes an unknown standing for arrears", faults: [.bus]) {
            $0.standings = { SuspiciousStandings(base: $0) }
        },
        PlantedBug(name: "asks for a standing once", faults: []) {
            $0.standings = { CachedStandings(base: $0) }
        },
        PlantedBug(name: "ignores epochs", faults: []) { $0.standings = { EpochlessStandings(base: $0) } },
        PlantedBug(name: "starts what its user has stopped", faults: []) { $0.driver = { EagerDriver(base: $0) } },
        PlantedBug(name: "takes its orders for done", faults: [], breaks: .paidIsRunning) {
            $0.driver = { OptimisticDriver(base: $0) }
        },
        PlantedBug(name: "tries a failed start again without asking", faults: [.regions, .bus]) {
            $0.driver = { StubbornDriver(base: $0) }
        },
        PlantedBug(name: "knows only until its end what it has stopped", faults: crashes) {
            $0.driver = { ForgetfulDriver(base: $0) }
        },
        PlantedBug(name: "never sweeps", faults: [.bus]) {
            $0.regionSettings = { settings in
                var settings = settings
                settings.sweepPeriodNanoseconds = 1_000_000 * UniverseScale.second
                return settings
            }
        },
    ]
}

extension [UInt8] {
    /// The same cells with every entry changed.
    func mappingEntries(_ change: (inout Entry) -> Void) -> [UInt8] {
        var entries = Entry.entries(in: span.bytes)
        for index in entries.indices { change(&entries[index]) }
        return entries.span.bytes.withUnsafeBytes { Array($0) }
    }
}
