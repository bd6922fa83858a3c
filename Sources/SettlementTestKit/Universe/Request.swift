internal import Settlement

/// What a caller wants, until it has an answer. Confined to the thread of its universe.
final class Request: @unchecked Sendable {
    let commands: [Command]
    let lane: Lane
    /// Answers are expected from the newest attempt only.
    var attempt = 0
    var isAnswered = false

    init(_ commands: [Command], lane: Lane) {
        self.commands = commands
        self.lane = lane
    }

    /// Only what has a key may be asked for twice.
    var mayRepeat: Bool { commands.allSatisfy { $0.key != .none } }
}
