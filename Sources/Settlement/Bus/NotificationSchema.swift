internal import SettlementLedger

/// The notification as a JSON message to other systems, and the schema that promises its form.
///
/// Both are made from one table of fields, so they cannot disagree. Numbers of 64 bits are strings of digits: JSON's
/// numbers lose them. The process's monotonic stamps mean nothing elsewhere and are left out.
public enum NotificationSchema {
    /// Grows when a field changes its meaning or leaves; a new field does not change it.
    public static let version = 1

    /// JSON Schema (2020-12) of ``message(_:)``.
    public static var json: String {
        let properties = fields.map { "    \"\($0.name)\": {\($0.form.json), \"description\": \"\($0.meaning)\"}" }
        let names = fields.map { "\"\($0.name)\"" }
        return """
            {
              "$schema": "https://json-schema.org/draft/2020-12/schema",
              "title": "swift-settlement notification, version \(version)",
              "type": "object",
              "properties": {
            \(properties.joined(separator: ",\n"))
              },
              "required": [\(names.joined(separator: ", "))]
            }

            """
    }

    /// The message of a notification: one JSON object on one line.
    public static func message(_ notification: Notification) -> String {
        let members = fields.map { field in
            let value = field.value(notification)
            return "\"\(field.name)\":" + (field.form.isQuoted ? "\"\(value)\"" : value)
        }
        return "{" + members.joined(separator: ",") + "}"
    }

    private enum Form {
        case number(maximum: Int)
        case unsigned64
        case signed64
        case oneOf([String])

        var json: String {
            switch self {
            case .number(let maximum): #""type": "integer", "minimum": 0, "maximum": \#(maximum)"#
            case .unsigned64: #""type": "string", "pattern": "^[0-9]{1,20}$""#
            case .signed64: #""type": "string", "pattern": "^-?[0-9]{1,19}$""#
            case .oneOf(let values): "\"enum\": [\(values.map { "\"\($0)\"" }.joined(separator: ", "))]"
            }
        }

        var isQuoted: Bool {
            if case .number = self { false } else { true }
        }
    }

    private struct Field {
        let name: String
        let form: Form
        let meaning: String
        let value: @Sendable (Notification) -> String
    }

    private static let fields: [Field] = [
        Field(name: "schemaVersion", form: .number(maximum: 65_535), meaning: "version of this schema") { _ in
            String(version)
        },
        Field(
            name: "shard",
            form: .number(maximum: 65_535),
            meaning: "shard that decided; with sequence the identity of the message"
        ) { String($0.shard) },
        Field(name: "sequence", form: .unsigned64, meaning: "ascending within the shard, not dense") {
            String($0.sequence)
        },
        Field(name: "account", form: .unsigned64, meaning: "fund account") { String($0.account.rawValue) },
        Field(name: "standing", form: .oneOf(["good", "arrears"]), meaning: "standing from now on") {
            $0.standing.state == .good ? "good" : "arrears"
        },
        Field(
            name: "epoch",
            form: .number(maximum: Int(UInt32.max)),
            meaning: "grows by 1 at every change of standing; obey the highest"
        ) { String($0.standing.epoch) },
        Field(name: "regions", form: .unsigned64, meaning: "bit r is set: the account is billed in region r") {
            String($0.regions.rawValue)
        },
        Field(name: "time", form: .signed64, meaning: "business time in nanoseconds since 1970-01-01T00:00:00Z") {
            String($0.time.rawValue)
        },
    ]
}
