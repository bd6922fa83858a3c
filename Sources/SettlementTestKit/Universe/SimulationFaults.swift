/// Kinds of faults that a simulated universe may have. How often each happens is drawn from the seed.
public struct SimulationFaults: OptionSet, Sendable, Hashable {
    /// One bit a kind.
    public var rawValue: UInt32
    /// The kinds of these bits.
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// `kill -9` between two steps or in the middle of a commit; what was written stays.
    public static let crashes = SimulationFaults(rawValue: 1 << 0)
    /// Power failures: what was not synced is lost or torn.
    public static let powerFailures = SimulationFaults(rawValue: 1 << 1)
    /// Processes that stop and go on later, while somebody tries to take their place.
    public static let pauses = SimulationFaults(rawValue: 1 << 2)
    /// Restarts in order.
    public static let restarts = SimulationFaults(rawValue: 1 << 3)
    /// Writes, syncs and reads that fail.
    public static let diskErrors = SimulationFaults(rawValue: 1 << 4)
    /// Disks that fill up and are emptied again.
    public static let diskFull = SimulationFaults(rawValue: 1 << 5)
    /// Bits that flip and sectors that land elsewhere: to be detected, since one disk cannot repair them.
    public static let bitRot = SimulationFaults(rawValue: 1 << 6)
    /// Disks that lie about syncs: to be detected where one disk can.
    public static let lyingSyncs = SimulationFaults(rawValue: 1 << 7)
    /// Clouds with errors, lost replies, throttling, stale listings, no stock, starts that never end, outages.
    public static let regions = SimulationFaults(rawValue: 1 << 8)
    /// Notifications that are dropped, repeated, late or out of order; subscribers that are slow or dead.
    public static let bus = SimulationFaults(rawValue: 1 << 9)
    /// Callers whose answer is lost, who lose patience, and who ask again.
    public static let callers = SimulationFaults(rawValue: 1 << 10)
    /// A wall clock that jumps by hours and months.
    public static let clock = SimulationFaults(rawValue: 1 << 11)
    /// More commands than are admitted.
    public static let overload = SimulationFaults(rawValue: 1 << 12)

    /// Everything that can go wrong.
    public static let all = SimulationFaults(rawValue: 1 << 13 - 1)

    /// The faults by the names that a command line knows.
    public static let named: [(name: String, faults: SimulationFaults)] = [
        ("crashes", .crashes), ("power", .powerFailures), ("pauses", .pauses), ("restarts", .restarts),
        ("disk-errors", .diskErrors), ("disk-full", .diskFull), ("bit-rot", .bitRot), ("lying-syncs", .lyingSyncs),
        ("regions", .regions), ("bus", .bus), ("callers", .callers), ("clock", .clock), ("overload", .overload),
    ]
}
