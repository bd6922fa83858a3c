/// How compute learns that the standing of an account has changed.
public enum NotificationProfile: Sendable, Hashable {
    /// From the bus, at once.
    case events
    /// By asking billing at this interval in nanoseconds; at once only after a write-off by hand.
    case polled(Int64)
}

extension Grammar where Value == NotificationProfile {
    private enum Word: String, CaseIterable {
        case events
    }

    static let notification: Grammar = {
        let polled = Key("polled", .duration(atLeast: 1), required: true, "How often compute asks billing.")
        return Grammar.object("notification", keys: [polled]) { reader in reader.value(polled).map { .polled($0) } }
            .orShort(Grammar<Word>.choice(or: "{polled: 10m}").map { _ in .events })
    }()
}
