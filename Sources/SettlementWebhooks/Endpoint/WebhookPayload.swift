internal import Settlement
internal import SettlementLedger

/// Payloads as Standard Webhooks proposes: type, timestamp, data. Numbers of 64 bits are strings of digits.
enum WebhookPayload {
    /// A change of standing: the data is that of ``NotificationSchema``.
    static func message(_ notification: Notification) -> WebhookMessage {
        WebhookMessage(
            id: "standing-\(notification.shard)-\(notification.sequence)",
            payload: payload("standing.changed", at: notification.time, NotificationSchema.message(notification))
        )
    }

    static func message(_ alert: Alert) -> WebhookMessage {
        let (name, members) = parts(of: alert.kind)
        return message("alert.\(name)", at: alert.time, [("account", String(alert.account.rawValue))] + members)
    }

    static func message(_ order: ArrearsOrder) -> WebhookMessage {
        message(
            "arrears.\(name(of: order.event.kind))",
            at: order.event.time,
            [
                ("account", String(order.account.rawValue)), ("epoch", String(order.epoch)),
                ("policy", order.policy), ("number", String(order.number)), ("stage", order.event.stage ?? ""),
            ]
        )
    }

    /// The journal no longer tells some changes of standing: the receiver reads the accounts that it cares for.
    static func gap(_ shards: [Int], _ cursor: BusCursor, at time: Timestamp) -> WebhookMessage {
        let places = shards.map { "\($0)-\(cursor.sequences[$0])" }
        return WebhookMessage(
            id: "gap-" + places.prefix(6).joined(separator: "-"),
            payload: payload(
                "standing.gap",
                at: time,
                "{\"shards\":[\(shards.map { "\($0)" }.joined(separator: ","))]}"
            )
        )
    }

    /// Asked for again, it has the same id: it is of the key alone.
    static func message(_ request: RechargeRequest, at time: Timestamp) -> WebhookMessage {
        let key = digits(request.key.high) + digits(request.key.low)
        let members = [
            ("account", String(request.account.rawValue)), ("amount", String(request.amount.minorUnits)), ("key", key),
        ]
        return WebhookMessage(
            id: "recharge-\(key)",
            payload: payload("recharge.requested", at: time, object(members))
        )
    }

    private static func digits(_ half: UInt64) -> String {
        let text = String(half, radix: 16)
        return String(repeating: "0", count: 16 - text.count) + text
    }

    private static func object(_ members: [(String, String)]) -> String {
        "{" + members.map { "\"\($0.0)\":\(JSONText.quoted($0.1))" }.joined(separator: ",") + "}"
    }

    /// One line for people.
    static func text(_ request: RechargeRequest) -> String {
        "account \(request.account.rawValue): recharge of \(request.amount.minorUnits) asked for"
    }

    /// One line for people.
    static func text(_ alert: Alert) -> String {
        let (name, members) = parts(of: alert.kind)
        let figures = members.map { "\($0.0) \($0.1)" }.joined(separator: ", ")
        return "\(instant(alert.time)) account \(alert.account.rawValue): \(name) \(figures)"
    }

    /// One line for people.
    static func text(_ order: ArrearsOrder) -> String {
        "\(instant(order.event.time)) account \(order.account.rawValue): \(name(of: order.event.kind)) (\(order.policy))"
    }

    private static func message(_ type: String, at time: Timestamp, _ members: [(String, String)]) -> WebhookMessage {
        let payload = payload(type, at: time, object(members))
        // The same event has the same id, also from another process (FNV-1a).
        let hash = payload.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
        return WebhookMessage(id: "event-" + String(hash, radix: 16), payload: payload)
    }

    private static func payload(_ type: String, at time: Timestamp, _ data: String) -> [UInt8] {
        Array(#"{"type":"\#(type)","timestamp":"\#(instant(time))","data":\#(data)}"#.utf8)
    }

    private static func instant(_ time: Timestamp) -> String {
        ZoneRules.utc.local(time).description.replacing(" ", with: "T") + "Z"
    }

    private static func parts(of kind: Alert.Kind) -> (String, [(String, String)]) {
        func digits(_ amount: Amount) -> String { String(amount.minorUnits) }
        switch kind {
        case .creditLow(let credit, let threshold, let day):
            return (
                "credit_low",
                [("credit", digits(credit)), ("threshold", digits(threshold)), ("day", String(day))]
            )
        case .cashShareLow(let cash, let full):
            return ("cash_share_low", [("cash", digits(cash)), ("of", digits(full))])
        case .freezeNear(let cash, let threshold):
            return ("freeze_near", [("cash", digits(cash)), ("threshold", digits(threshold))])
        case .paymentMethodCheck: return ("payment_method_check", [])
        case .budgetSpent(let group, let percent, let spent, let limit):
            return (
                "budget_spent",
                [
                    ("group", String(group.rawValue)), ("percent", String(percent)), ("spent", digits(spent)),
                    ("limit", digits(limit)),
                ]
            )
        }
    }

    private static func name(of kind: ArrearsEvent.Kind) -> String {
        switch kind {
        case .act(let action): name(of: action)
        case .lifted(let action): "\(name(of: action)).lifted"
        case .cleared: "cleared"
        case .clearedAwaitingUser: "cleared_awaiting_user"
        }
    }

    private static func name(of action: ArrearsAction) -> String {
        switch action {
        case .remind: "reminder"
        case .attemptDeduction: "deduction"
        case .restorationFee: "restoration_fee"
        case .blockPurchases: "purchases_blocked"
        case .invalidateAPIKeys: "api_keys_invalid"
        case .throttle: "throttled"
        case .suspendNonCritical: "suspended_non_critical"
        case .suspendAll: "suspended"
        case .parkDomain: "parked"
        case .release: "released"
        case .purge: "purged"
        }
    }
}
