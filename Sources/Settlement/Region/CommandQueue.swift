internal import DequeModule
internal import SettlementLedger

/// Why an account is looked at: the notification that said so.
struct Cause: Hashable {
    /// When the controller took the notification.
    var takenAt: Int64
    /// When the causing command was due to arrive; 0: unknown.
    var intendedAt: Int64
    var lane: Lane
    /// The account's epoch from that notification on.
    var epoch: UInt32
}

/// A planned start or stop of one instance.
struct InstanceCommand: Hashable {
    enum Kind: Hashable {
        case start
        case stop(epoch: UInt32)
    }

    var instance: InstanceID
    var account: AccountID
    var kind: Kind
    /// The epoch of the standing it was planned for.
    var epoch: UInt32
    /// `nil`: found by the sweep.
    var cause: Cause?
    /// Whether it starts what its account needs first.
    var isCritical = false
    /// Whether a call has carried it before, for the same standing: its times are taken once.
    var wasIssued = false
}

/// Commands that wait for a call, at most one for an instance: starts of critical instances first, then what a
/// notification caused, then what the sweep found.
struct CommandQueue {
    /// The place of an instance in the queue; it stays when its command is removed, so that coming and going of a
    /// command while the region does not answer takes no memory.
    private struct Place {
        var command: InstanceCommand?
        var rank: Int
    }

    private var places: [InstanceID: Place] = [:]
    /// An entry counts only while its instance has a place.
    private var lanes: [Deque<InstanceID>] = [[], [], []]
    private(set) var count = 0
    /// Of these, starts of critical instances.
    private(set) var criticalCount = 0

    /// Adds a command, or changes the one that waits for the same instance: planned again for the same standing, it
    /// still has the cause that it had. O(1).
    mutating func set(_ command: InstanceCommand) {
        var command = command
        let old = places[command.instance]
        if let waiting = old?.command, waiting.epoch == command.epoch {
            if command.cause == nil { command.cause = waiting.cause }
            if waiting.kind == command.kind, waiting.wasIssued { command.wasIssued = true }
        }
        let rank = min(Self.rank(of: command), old?.rank ?? lanes.count)
        places[command.instance] = Place(command: command, rank: rank)
        if old?.command == nil { count += 1 }
        if rank == 0, old?.command == nil || old?.rank != 0 { criticalCount += 1 }
        if old?.rank != rank { lanes[rank].append(command.instance) }
    }

    /// Whether a command for the instance waits. O(1).
    func contains(_ instance: InstanceID) -> Bool { places[instance]?.command != nil }

    /// The instance needs no command any more. O(1).
    mutating func remove(_ instance: InstanceID) {
        guard let place = places[instance], place.command != nil else { return }
        if place.rank == 0 { criticalCount -= 1 }
        places[instance]?.command = nil
        count -= 1
    }

    /// Puts commands back that were taken but not carried out, before all others.
    mutating func putBack(_ taken: [InstanceCommand]) {
        for command in taken.reversed() {
            precondition(places[command.instance]?.command == nil, "an instance has one command at a time")
            let rank = command.isCritical && command.kind == .start ? 0 : 1
            places[command.instance] = Place(command: command, rank: rank)
            lanes[rank].prepend(command.instance)
            if rank == 0 { criticalCount += 1 }
            count += 1
        }
    }

    private static func rank(of command: InstanceCommand) -> Int {
        if command.isCritical && command.kind == .start { return 0 }
        return command.cause == nil ? 2 : 1
    }

    /// Why the critical start that is next waits. O(1), unless many before it were removed.
    var nextCriticalCause: Cause? {
        for id in lanes[0] {
            if let command = places[id]?.command { return command.cause }
        }
        return nil
    }

    /// At most `limit` commands in order.
    mutating func take(limit: Int) -> [InstanceCommand] {
        var taken: [InstanceCommand] = []
        while taken.count < limit, let lane = lanes.firstIndex(where: { !$0.isEmpty }) {
            let instance = lanes[lane].removeFirst()
            guard let place = places.removeValue(forKey: instance), let command = place.command else { continue }
            if place.rank == 0 { criticalCount -= 1 }
            taken.append(command)
        }
        count -= taken.count
        return taken
    }
}
