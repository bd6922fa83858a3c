/// Profiles that run in no time.
enum Profiles {
    /// Twenty accounts, half of them suspended, five recharges.
    static func small(thresholds: String = "[recharges count == 5]", calibration: String = "{}") -> String {
        """
        version: 1
        name: small
        population: {accounts: 20, regions: 1, suspended: 50%, userStopped: 0%}
        pool: {shards: 1}
        calibration: \(calibration)
        regions: {default: {startLatency: 1ms, runningAfter: 10ms}}
        stages: [{name: only, duration: 100ms, recharges: {count: 5}}]
        thresholds: \(thresholds)
        """
    }

    /// As long as it takes to interrupt it.
    static let long = """
        version: 1
        name: long
        population: {accounts: 300, regions: 1, suspended: 50%, userStopped: 0%}
        pool: {shards: 1}
        stages: [{name: endless, duration: 1h, recharges: {rate: 5/s}}]
        """

    /// One core, and so long for a command: what holds is known by arithmetic.
    static func planted(command: String) -> String {
        """
        version: 1
        name: planted
        population: {accounts: 50, suspended: 0%, instancesPerAccount: 0}
        pool: {shards: 1, journal: memory}
        calibration: {cores: 1, command: \(command), batch: 0ns}
        stages: [{name: only, duration: 10s, recharges: {rate: 15/s, arrivals: even, accounts: all}}]
        """
    }
}
