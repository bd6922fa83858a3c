/// What editors are told about `${NAME}` and `${NAME:-default}`, which may stand in every single value of a profile.
enum VariableSchema {
    /// Name of the definition.
    static let name = "variable"

    static let definition: JSONValue = [
        "type": "string", "pattern": #"\$\{[A-Za-z_][A-Za-z0-9_]*(:-[^}]*)?\}"#,
        "description": "A variable of the environment, perhaps with a default, as the value or a part of it.",
    ]

    private static let reference: JSONValue = ["$ref": .string("#/$defs/" + name)]

    /// `schema`, with variables accepted wherever it describes a single value.
    static func accepting(_ schema: JSONValue) -> JSONValue {
        guard case .object(var members) = schema else { return schema }
        if case .object(let properties) = members["properties"] {
            members["properties"] = .object(properties.mapValues(accepting))
        } else if let element = members["additionalProperties"] {
            members["additionalProperties"] = accepting(element)
        } else if let element = members["items"] {
            members["items"] = accepting(element)
        } else if case .array(let alternatives) = members["anyOf"] {
            let isReferred = alternatives.contains { isSingleValue($0) && !isText($0) }
            let accepted = alternatives.map { isSingleValue($0) ? $0 : accepting($0) }
            members["anyOf"] = .array(accepted + (isReferred ? [reference] : []))
        } else if !isText(schema) {
            let description = members.removeValue(forKey: "description")
            members = ["anyOf": [.object(members), reference]]
            members["description"] = description
        }
        return .object(members)
    }

    private static func isSingleValue(_ schema: JSONValue) -> Bool {
        guard case .object(let members) = schema else { return false }
        return ["properties", "additionalProperties", "items", "anyOf"].allSatisfy { members[$0] == nil }
    }

    /// Any text will do, so a variable does.
    private static func isText(_ schema: JSONValue) -> Bool {
        guard case .object(let members) = schema else { return false }
        return members["type"] == "string" && members["pattern"] == nil && members["format"] == nil
    }
}
