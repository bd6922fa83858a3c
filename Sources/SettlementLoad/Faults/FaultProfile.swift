/// Something that goes wrong for a while during a run.
public struct FaultProfile: Sendable, Hashable {
    /// What goes wrong.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// A region answers every call with *unavailable*.
        case regionOutage = "region-outage"
        /// Every call to a region takes longer.
        case slowRegion = "slow-region"
        /// A region allows fewer calls than it publishes.
        case throttledRegion = "throttled-region"
        /// Every commit takes longer.
        case slowDisk = "slow-disk"
        /// A shard's work takes longer.
        case slowShard = "slow-shard"
        /// A subscriber of the bus stops reading.
        case deadSubscriber = "dead-subscriber"
        /// Notifications get lost before the controllers, and nobody notices: only the sweep helps.
        case droppedNotifications = "dropped-notifications"
        /// Notifications come twice.
        case duplicatedNotifications = "duplicated-notifications"
    }

    /// Unique in the profile; thresholds on recovery name it after `@`.
    public var name: String
    /// What goes wrong.
    public var kind: Kind
    /// When it begins, in nanoseconds after the beginning of the run.
    public var start: Int64
    /// How long it lasts, in nanoseconds; more than 0.
    public var duration: Int64
    /// The region concerned; `nil` where none is.
    public var region: String?
    /// The shard concerned; `nil`: all, or none.
    public var shard: Int?
    /// How much longer it takes, in nanoseconds; 0 where that says nothing.
    public var latency: Int64 = 0
    /// A slow shard's work takes so many thousandths of what it takes otherwise, 1,000 and up.
    public var factorThousandths: Int64 = 1_000
    /// What a throttled region allows.
    public var rate: Rate?
    /// How many of all notifications.
    public var share = Share.all

    /// When it ends, in nanoseconds after the beginning of the run.
    public var end: Int64 { start + duration }
}

/// A fault that was, and how long its traces lasted.
public struct FaultResult: Sendable, Hashable, Codable {
    /// Its name in the profile.
    public var name: String
    /// What went wrong: the raw value of a ``FaultProfile/Kind``.
    public var kind: String
    /// The region concerned; `nil` where none was.
    public var region: String?
    /// The shard concerned; `nil`: all, or none.
    public var shard: Int?
    /// When it began, in nanoseconds after the beginning of the run.
    public var start: Int64
    /// When it ended.
    public var end: Int64
    /// When what had piled up was back at what it was before the fault; `nil`: not while the run lasted.
    public var recovered: Int64?

    /// Where it was, for people; `nil`: nowhere in particular.
    var place: String? { region ?? shard.map { "shard \($0)" } }

    /// From its end to the recovery, in nanoseconds; 0 when nothing had piled up.
    public var recovery: Int64? { recovered.map { max(0, $0 - end) } }

    /// A fault as it was measured.
    public init(
        name: String,
        kind: String,
        region: String? = nil,
        shard: Int? = nil,
        start: Int64,
        end: Int64,
        recovered: Int64? = nil
    ) {
        self.name = name
        self.kind = kind
        self.region = region
        self.shard = shard
        self.start = start
        self.end = end
        self.recovered = recovered
    }
}
