public import Settlement

/// The arrears drill, in virtual time: accounts fall into arrears, their instances are stopped, all pay at once, and
/// everything that ran before runs again.
///
/// Pool, bus and region controllers are those that serve in production; the clouds are simulated, with the rates that a
/// real one publishes. The same drill gives the same report on every machine.
public struct ArrearsDrill: Sendable, Hashable {
    /// Accounts that fall into arrears, 1 through 100,000.
    public var accounts = 2_000
    /// Instances of each account, 1 through 100, spread over the regions.
    public var instancesPerAccount = 2
    /// Overdue bills of each account, 1 through 100.
    public var billsPerAccount = 3
    /// So many percent of the instances are marked as critical, 0 through 100.
    public var criticalPercent = 10
    /// So many percent of the instances had been stopped by their users before, 0 through 100; they have to stay stopped.
    public var userStoppedPercent = 5
    /// Regions, 1 through 8.
    public var regions = 2
    /// What each region's cloud allows.
    public var limits = RegionLimits()
    /// From the payments until every critical instance is to run, in nanoseconds.
    public var criticalTargetNanoseconds = RegionSettings().criticalTargetNanoseconds
    /// How long the accounts stay suspended before they pay, in nanoseconds.
    public var suspendedNanoseconds: Int64 = 7_200_000_000_000
    /// From the payments until everything is to run, in nanoseconds: what is not running then has failed the drill.
    public var windowNanoseconds: Int64 = 86_400_000_000_000
    /// Draws how long the clouds take.
    public var seed: UInt64 = 1

    /// The defaults above.
    public init() {}

    /// What is wrong with the drill, as `name: expected …`; `nil`: nothing.
    public var problem: String? {
        let ranges: [(name: String, value: Int, range: ClosedRange<Int>)] = [
            ("accounts", accounts, 1...100_000), ("instances", instancesPerAccount, 1...100),
            ("bills", billsPerAccount, 1...100), ("critical", criticalPercent, 0...100),
            ("user-stopped", userStoppedPercent, 0...100), ("regions", regions, 1...8),
        ]
        for (name, value, range) in ranges where !range.contains(value) {
            return "\(name): expected \(range.lowerBound) to \(range.upperBound), not \(value)"
        }
        if criticalTargetNanoseconds <= 0 || suspendedNanoseconds < 0 || windowNanoseconds < criticalTargetNanoseconds {
            return "target: expected more than 0, and no more than the window of \(Display.duration(windowNanoseconds))"
        }
        return nil
    }
}

/// What a drill has come to.
public struct ArrearsDrillReport: Sendable, Hashable, Codable {
    /// One step on the way.
    public struct Step: Sendable, Hashable, Codable {
        /// Such as `critical running`.
        public var name: String
        /// What is counted: accounts, bills, instances.
        public var unit: String
        /// How many have got there.
        public var count: Int
        /// How many should have.
        public var expected: Int
        /// From the start of the arrears, or from the first payment, to the last of them; `nil`: some never got there, or
        /// there were none.
        public var nanoseconds: Int64?
    }

    /// Which drill: its seed.
    public var seed: UInt64
    /// From arrears to stopped: `in arrears`, `suspended`. Times count from the first bill.
    public var suspension: [Step]
    /// From payment to running: `paid`, `written off`, `critical running`, `running`. Times count from the first payment.
    public var restart: [Step]
    /// Critical instances that ran within the target.
    public var criticalWithinTarget: Int
    /// The target, in nanoseconds.
    public var criticalTargetNanoseconds: Int64
    /// Instances that their users had stopped, and that were started all the same: has to be 0.
    public var startedAgainstUser: Int
    /// Instances that controllers have given up.
    public var deadLetters: Int

    /// Why the drill has failed, one sentence each; empty: it has passed.
    public var failures: [String] {
        var failures = (suspension + restart).filter { $0.count != $0.expected }.map { step in
            "\(step.name): \(step.count) of \(step.expected) \(step.unit)"
        }
        let critical = restart.first { $0.name == Self.criticalRunning }?.expected ?? 0
        if criticalWithinTarget < critical {
            failures.append(
                "\(critical - criticalWithinTarget) critical instances did not run within "
                    + Display.duration(criticalTargetNanoseconds)
            )
        }
        if startedAgainstUser > 0 {
            failures.append("\(startedAgainstUser) instances of users who had stopped them run")
        }
        if deadLetters > 0 { failures.append("\(deadLetters) instances were given up") }
        return failures
    }

    /// Whether everything that should run did, and critical instances in time.
    public var isPassed: Bool { failures.isEmpty }

    static let criticalRunning = "critical running"
}
