public import SettlementLedger

/// One question asked of a settlement pool: who owes what, what arrives when, and what must hold.
///
/// A profile is read from YAML (``LoadProfile/init(contentsOf:)``); everything random in it follows from ``seed``.
public struct LoadProfile: Sendable, Hashable {
    /// Short name, shown in results.
    public var name: String
    /// What the profile is for.
    public var summary: String
    /// Seed of everything random.
    public var seed: UInt64
    /// Currency of all accounts.
    public var currency: Currency
    /// The month that is current when the run begins, and that a month end closes; `nil`: 2026-10, or the
    /// latest month of imported bills.
    public var month: Month?
    /// The accounts.
    public var population: PopulationProfile
    /// Where the bills come from.
    public var bills: BillSource
    /// The pool under test.
    public var pool: PoolProfile
    /// The simulated regions, in the order of their ``RegionID``; with an import, only those with settings of their own.
    public var regions: [RegionProfile]
    /// Settings for regions that only an import names.
    public var defaultRegion: RegionProfile
    /// How compute learns that the standing of an account has changed.
    public var notification: NotificationProfile
    /// How long the pool's work takes in virtual time.
    public var calibration: CalibrationProfile
    /// What happens, one after the other; at least one.
    public var stages: [StageProfile]
    /// What goes wrong on purpose; times count from the beginning of the run.
    public var faults: [FaultProfile]
    /// What must hold for the run to pass.
    public var thresholds: [Threshold]
    /// Hash of the file's text, so that two results can be known to come from one profile.
    public var digest: UInt64
    /// Where the settings of single regions stand, for errors that only an import brings to light.
    var regionPlaces: [RegionPlace] = []

    /// Most stages of a profile.
    public static let stagesMax = 200
    /// Most arrivals of one kind in a stage: to plan more would take longer than to run them.
    static let arrivalsMax = 10_000_000_000.0

    /// The settings of the region called `name`.
    public func region(named name: String) -> RegionProfile {
        var profile = regions.first { $0.name == name } ?? defaultRegion
        profile.name = name
        return profile
    }

    /// Length of all stages in nanoseconds.
    public var durationNanoseconds: Int64 { stages.reduce(0) { $0 + $1.durationNanoseconds } }
}

/// Where the bills of a run come from.
public enum BillSource: Sendable, Hashable {
    /// Made up from the population's distributions.
    case generated
    /// Read from a FOCUS 1.0 cost-and-usage file at this path.
    case focus(path: String)
}

/// The accounts of a run.
public struct PopulationProfile: Sendable, Hashable {
    /// How many fund accounts.
    public var accounts: Int
    /// Bills of each account.
    public var billsPerAccount: Distribution
    /// Gross amount of a bill, in minor units.
    public var amounts: Distribution
    /// For a suspended account: how many months before the current one its earliest bill is; at least 1.
    public var monthsOverdue: Distribution
    /// Names of the regions; the position is the ``RegionID``. Empty: named by an import.
    public var regions: [String]
    /// How many products there are, numbered from 1.
    public var products: Int
    /// Accounts in arrears when the run begins.
    public var suspended: Share
    /// Instances that their users had stopped; they must stay stopped.
    public var userStopped: Share
    /// Accounts with bills as old as those of suspended ones, but with a deferral: they keep running.
    public var deferred: Share
    /// Instances of each account, or, for a hot payer, of each of its cloud accounts.
    public var instancesPerAccount: Distribution
    /// Fund accounts that pay for many cloud accounts; they are in arrears when the run begins, beyond the share of
    /// ``suspended`` ones.
    public var hotPayers: Int
    /// Cloud accounts of each hot payer; each has one bill.
    public var cloudAccountsPerHotPayer: Int

    /// A small population in one region.
    public init() {
        accounts = 1_000
        billsPerAccount = Distribution(zipfMean: 3, from: 1, through: 500)
        amounts = Distribution(lognormalMean: 18_000, from: 5, through: 100_000_000)
        monthsOverdue = Distribution(uniformFrom: 1, through: 3)
        regions = ["region-1"]
        products = 12
        suspended = Share(partsPerBillion: 200_000_000)
        userStopped = Share(partsPerBillion: 50_000_000)
        deferred = .none
        instancesPerAccount = .constant(1)
        hotPayers = 0
        cloudAccountsPerHotPayer = 10_000
    }
}

/// The pool under test.
public struct PoolProfile: Sendable, Hashable {
    /// Where the journal is kept.
    public enum JournalKind: String, Sendable, Hashable, CaseIterable {
        /// Files in a directory: durable.
        case file
        /// Memory: nothing survives the run, and the result says so.
        case memory
    }

    /// Whether a commit waits for the disk.
    public enum Sync: String, Sendable, Hashable, CaseIterable {
        /// It does.
        case full
        /// It does not: a power failure loses acknowledged work, and the result says so.
        case off
    }

    /// What a payment may overtake.
    public enum Lanes: String, Sendable, Hashable, CaseIterable {
        /// The month end: it has a lane of its own.
        case two
        /// Nothing: all of billing is one queue.
        case fifo
    }

    /// Shards, 1 through 64.
    public var shards = 4
    /// What a payment may overtake.
    public var lanes = Lanes.two
    /// Commands a shard admits before it answers that it is overloaded.
    public var admittedCommands = 65_536
    /// Bytes a shard admits before it answers that it is overloaded.
    public var admittedBytes = 16 * 1_048_576
    /// Where the journal is kept.
    public var journal = JournalKind.file
    /// Directory of the journal; `nil`: a temporary one.
    public var directory: String?
    /// Whether a commit waits for the disk.
    public var sync = Sync.full
    /// The most bytes that one sync of the journal covers; `nil`: the journal's default.
    public var groupBytes: Int?
    /// How long one chunk of a month end may occupy its shard, in nanoseconds; `nil`: the pool's default.
    public var bulkChunkNanoseconds: Int64?

    /// The defaults.
    public init() {}
}

/// How a simulated region behaves.
public struct RegionProfile: Sendable, Hashable {
    /// Tokens, as the cloud publishes them for an API.
    public struct Bucket: Sendable, Hashable {
        /// Most tokens it holds.
        public var capacity: Int
        /// Tokens that come back.
        public var refill: Rate
        /// A bucket that starts full.
        public init(capacity: Int, refill: Rate) {
            self.capacity = capacity
            self.refill = refill
        }
    }

    /// The region's name.
    public var name = "default"
    /// How long an API call takes, in nanoseconds.
    public var startLatency = Distribution(lognormalMean: 20_000_000, from: 2_000_000, through: 2_000_000_000)
    /// How long an instance takes from the accepted call to Running, in nanoseconds.
    public var runningAfter = Distribution(lognormalMean: 2_000_000_000, from: 500_000_000, through: 60_000_000_000)
    /// Charged once a call.
    public var requestBucket = Bucket(capacity: 500, refill: Rate(perSecond: 200))
    /// Charged once an instance.
    public var instanceBucket = Bucket(capacity: 5_000, refill: Rate(perSecond: 2_000))
    /// Between two sweeps of the region's controller over all instances, in nanoseconds.
    public var sweepNanoseconds: Int64 = 600_000_000_000
    /// Calls of one API that the region's controller has in flight at most.
    public var callsInFlight = 16
    /// Items that fail for no reason of ours and succeed later.
    public var errors = Share.none
    /// Calls that take effect although no reply arrives.
    public var lostReplies = Share.none
    /// Items for which the region is out of stock for a while.
    public var noStock = Share.none

    /// A fast region without faults.
    public init() {}
}
