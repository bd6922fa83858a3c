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
    /// Whether a call has carried it before: its times are taken once.
    var wasIssued = false
}

/// Commands that wait for a call, at most one for an instance; those a notification caused overtake those of the sweep.
struct CommandQueue {
    /// The place of an instance in the queue; it stays when its command is removed, so that coming and going of a
    /// command while the region does not answer takes no memory.
    private struct Place {
        var command: InstanceCommand?
        var isCaused: Bool
    }

    private var places: [InstanceID: Place] = [:]
    /// An entry counts only while its instance has a place.
    private var caused: Deque<InstanceID> = []
    private var found: Deque<InstanceID> = []
    private(set) var count = 0

    /// Adds a command, or changes the one that waits for the same instance. O(1).
    mutating func set(_ command: InstanceCommand) {
        var command = command
        let old = places[command.instance]
        command.wasIssued = command.wasIssued || old?.command?.wasIssued == true
        let isCaused = command.cause != nil || old?.isCaused == true
        places[command.instance] = Place(command: command, isCaused: isCaused)
        if old?.command == nil { count += 1 }
        if let old, old.isCaused == isCaused { return }
        if isCaused { caused.append(command.instance) } else { found.append(command.instance) }
    }

    /// Whether a command for the instance waits. O(1).
    func contains(_ instance: InstanceID) -> Bool { places[instance]?.command != nil }

    /// The instance needs no command any more. O(1).
    mutating func remove(_ instance: InstanceID) {
        guard places[instance]?.command != nil else { return }
        places[instance]?.command = nil
        count -= 1
    }

    /// Puts commands back that were taken but not carried out, before all others.
    mutating func putBack(_ taken: [InstanceCommand]) {
        for command in taken.reversed() {
            precondition(places[command.instance]?.command == nil, "an instance has one command at a time")
            places[command.instance] = Place(command: command, isCaused: true)
            caused.prepend(command.instance)
            count += 1
        }
    }

    /// At most `limit` commands in order.
    mutating func take(limit: Int) -> [InstanceCommand] {
        var taken: [InstanceCommand] = []
        while taken.count < limit, let instance = caused.popFirst() ?? found.popFirst() {
            if let command = places.removeValue(forKey: instance)?.command { taken.append(command) }
        }
        count -= taken.count
        return taken
    }
}
