internal import SettlementLedger

/// All a region's controller knows, as a value: events go in, calls to make come out. It knows no driver and no clock.
///
/// An account is *dirty* until its standing has been read and its instances planned. An instance is *busy* from the
/// issue of a command until the command's effect is observed; meanwhile nothing is planned for it, and afterwards its
/// account is planned again.
struct RegionState {
    /// A command whose effect has to be observed.
    struct Outstanding {
        enum Goal { case running, stopped, settled }

        var command: InstanceCommand
        var goal: Goal
        /// When the call was issued.
        var issuedAt: Int64
        /// Observations issued before this do not count.
        var answeredAt: Int64
        /// Until then the cloud may show the old state although the command works.
        var settlesAt: Int64
        var answer: ItemResult
    }

    /// Failed attempts at one instance.
    struct Retry {
        var attempts: Int
        var notBefore: Int64
        /// The latest one.
        var command: InstanceCommand
        /// What the cloud answered to the latest.
        var last: ItemResult
    }

    /// Commands of one kind with what the cloud allows of them.
    struct Desk {
        var queue = CommandQueue()
        var budget: CallBudget
        var calls = 0
    }

    let limits: RegionLimits
    let settings: RegionSettings
    var generator: SplitMix64

    var dirty = KeyQueue<AccountID>()
    var lookups = KeyQueue<AccountID>()
    var cache = InstanceCache()
    var causes: [AccountID: Cause] = [:]

    var starts: Desk
    var stops: Desk
    var reads: CallBudget
    var readCalls = 0

    /// Instances of calls that have not been answered.
    var inFlight: Set<InstanceID> = []
    /// Of those, the epochs of standings that were read meanwhile.
    var epochsInFlight: [InstanceID: UInt32] = [:]
    var outstanding: [InstanceID: Outstanding] = [:]
    var retries: [InstanceID: Retry] = [:]
    var deadLetters: [InstanceID: DeadLetter] = [:]

    init(limits: RegionLimits, settings: RegionSettings, seed: UInt64, at now: Int64) {
        self.limits = limits
        self.settings = settings
        self.generator = SplitMix64(seed: seed)
        self.starts = Desk(
            budget: CallBudget(requests: limits.startRequests, items: limits.startInstances, at: now)
        )
        self.stops = Desk(budget: CallBudget(requests: limits.stopRequests, items: limits.stopInstances, at: now))
        self.reads = CallBudget(requests: limits.readRequests, at: now)
    }

    /// A notification says that an account has to be looked at. O(1).
    mutating func mark(_ notification: Notification, at now: Int64) {
        let known = causes[notification.account]
        if known == nil || known.map({ $0.epoch < notification.standing.epoch }) == true {
            causes[notification.account] = Cause(
                takenAt: now,
                intendedAt: notification.intendedAtMonotonic,
                lane: notification.lane,
                epoch: notification.standing.epoch
            )
        }
        dirty.add(notification.account, .urgent)
    }

    /// The standings of these accounts cannot be read now: they stay dirty, and nothing is done about them.
    mutating func postpone(_ accounts: [AccountID], failures: Int, at now: Int64) {
        let due = now + settings.regionBackoff.delay(after: failures, using: &generator)
        for account in accounts {
            dirty.finish(account)
            dirty.add(account, at: due)
        }
    }

    func isBusy(_ id: InstanceID) -> Bool { inFlight.contains(id) || outstanding[id] != nil }

    /// Gives an instance up. Its account is planned again at the next sweep, retry or epoch.
    mutating func bury(_ command: InstanceCommand, _ reason: DeadLetter.Reason, time: Timestamp) {
        deadLetters[command.instance] = DeadLetter(
            instance: command.instance,
            account: command.account,
            epoch: command.epoch,
            reason: reason,
            attempts: retries.removeValue(forKey: command.instance)?.attempts ?? 0,
            time: time
        )
    }

    /// Takes dead letters out, so that their instances are planned again. `nil`: those that may pass by themselves.
    mutating func reviveDeadLetters(_ instances: [InstanceID]?) {
        let chosen = instances ?? deadLetters.values.filter { $0.reason.mayPass }.map(\.instance).sorted()
        for id in chosen {
            guard let letter = deadLetters.removeValue(forKey: id) else { continue }
            lookups.add(letter.account, .routine)
            dirty.add(letter.account, .routine)
        }
    }
}
